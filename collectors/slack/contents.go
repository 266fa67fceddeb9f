package slack

import (
	"archive/zip"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// contents is what one zip has of the workspace.
type contents struct {
	*archive
	label string // the file's name, for messages
	// files are the days of each channel, by the name of its folder, in order.
	files map[string][]day
	lists map[string]*zip.File // users.json and the like
	bad   map[string]string
}

// day is the messages of a channel on one day.
type day struct {
	date time.Time
	file *zip.File
	from *contents
}

// The lists of an export: https://slack.com/help/articles/220556107
var listNames = []string{"users.json", "channels.json", "groups.json", "mpims.json", "dms.json", "org_users.json"}

// examine sorts what a zip holds. Who packed an export anew may have put it into
// a folder; the lists then show where it begins.
func examine(a *archive, label string) (*contents, error) {
	good, bad, err := a.list()
	if err != nil {
		return nil, err
	}
	c := &contents{archive: a, label: label, files: map[string][]day{}, lists: map[string]*zip.File{}, bad: bad}
	prefix, found := "", false
	for n := range good {
		dir, base := path.Split(n)
		if (base == "users.json" || base == "channels.json") && !strings.HasPrefix(n, "__MACOSX/") &&
			(!found || len(dir) < len(prefix) || len(dir) == len(prefix) && dir < prefix) {
			prefix, found = dir, true
		}
	}
	for n, f := range good {
		rest, ok := strings.CutPrefix(n, prefix)
		if !ok {
			continue
		}
		if slices.Contains(listNames, rest) {
			c.lists[rest] = f
			continue
		}
		folder, base := path.Split(rest)
		folder = strings.TrimSuffix(folder, "/")
		date, err := time.Parse("2006-01-02.json", base)
		if err != nil || folder == "" || strings.Contains(folder, "/") {
			continue // canvases, files, logs of apps
		}
		c.files[folder] = append(c.files[folder], day{date, f, c})
	}
	if !found && len(c.files) == 0 {
		return nil, fmt.Errorf("holds no Slack export: neither users.json nor CHANNEL/2026-01-31.json is in it\nname the zip that Slack gave")
	}
	for n := range c.bad {
		// What is no part of an export anyway is not worth a word.
		if strings.HasPrefix(n, "__MACOSX/") || !strings.HasSuffix(n, ".json") && c.bad[n] != "two files have this name" && !strings.Contains(c.bad[n], "out of") && !strings.Contains(c.bad[n], "backslash") {
			delete(c.bad, n)
		}
	}
	return c, nil
}

// merge puts the days of several zips in order: of one day the later zip comes
// later, so that its messages win.
func merge(all []*contents) map[string][]day {
	days := map[string][]day{}
	for _, c := range all {
		for folder, list := range c.files {
			days[folder] = append(days[folder], list...)
		}
	}
	for _, list := range days {
		slices.SortStableFunc(list, func(a, b day) int { return a.date.Compare(b.date) })
	}
	return days
}
