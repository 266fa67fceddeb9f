package calendar

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/local"
	"github.com/dossier-report/dossier/collectors/internal/web"
	"github.com/dossier-report/dossier/evidence"
)

// The largest calendar and export that are read, in bytes.
const (
	maxICS  = 256 << 20
	maxCSV  = 64 << 20
	maxFeed = 64 << 20
)

// part is one path or address of the configuration.
type part struct {
	name    string
	query   string
	feed    *Feed
	folders []*local.Folder
	gaps    []evidence.Gap // of looking for its files

	cursor cursor
	sum    string // what it holds now
	etag   string
	body   []byte // what an address answered
	failed error  // why nothing of it can be read
	left   map[reason]int
	doubt  int // series that may not have been attended
	odd    []evidence.Gap
	notes  []string
}

// parts finds the files that the paths name; nothing is read yet.
func (c *collector) parts() []*part {
	var list []*part
	known := map[string]bool{}
	for _, p := range c.cfg.Paths {
		if known[p] {
			continue
		}
		known[p] = true
		folders, gaps := local.Find(local.Where{Home: c.env.Home, Dir: c.env.Dir}, []string{p}, "sources.calendar.paths", local.Options{Take: func(rel string) bool { return format(rel) != "" }})
		one := &part{name: p, query: p, folders: folders, gaps: gaps}
		files := 0
		for _, f := range folders {
			files += len(f.Files)
			one.gaps = append(one.gaps, f.Gaps...)
		}
		if files == 0 && len(one.gaps) == 0 {
			one.gaps = append(one.gaps, evidence.Gap{What: p, Why: "no calendar (.ics) and no export (.csv) is there\ncorrect sources.calendar.paths"})
		}
		list = append(list, one)
	}
	for _, f := range c.cfg.URLs {
		if name := string(f); !known[name] {
			known[name] = true
			list = append(list, &part{name: name, query: "GET " + name, feed: &f})
		}
	}
	return list
}

// empty reports whether there is nothing to read: a path that leads nowhere.
func (p *part) empty() bool { return p.feed == nil && len(p.folders) == 0 }

// files calls yield for every file of the part with its folder, its name for
// messages and how large it may be.
func (p *part) files(yield func(f *local.Folder, file local.File, name string, most int64) error) error {
	for _, folder := range p.folders {
		for _, file := range folder.Files {
			most := int64(maxICS)
			if format(file.Rel) == "csv" {
				most = maxCSV
			}
			name := folder.Name
			if !strings.HasSuffix(name, "/"+file.Rel) && name != file.Rel {
				name += "/" + file.Rel
			}
			if err := yield(folder, file, name, most); err != nil {
				return err
			}
		}
	}
	return nil
}

// digest is of what a source holds, as a cursor keeps it.
func digest(kind string, r io.Reader) (string, error) {
	sum := sha256.New()
	if kind != "ics" {
		_, err := io.Copy(sum, r)
		return fmt.Sprintf("%x", sum.Sum(nil)), err
	}
	l := newLines(r)
	for {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			return fmt.Sprintf("%x", sum.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
		sumLine(sum, line)
	}
}

// look returns the digest of all files of the part, without understanding them.
func (p *part) look(ctx context.Context) (string, error) {
	sum := sha256.New()
	err := p.files(func(folder *local.Folder, file local.File, name string, most int64) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		one := "?"
		if file.Size <= most {
			if r, err := folder.Open(file); err == nil {
				if d, err := digest(format(file.Rel), io.LimitReader(r, most)); err == nil {
					one = d
				}
				r.Close()
			}
		}
		fmt.Fprintf(sum, "%s\x00%s\n", name, one)
		return nil
	})
	for _, g := range p.gaps {
		fmt.Fprintf(sum, "%s\x00%s\n", g.What, g.Why)
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), err
}

// fetch asks an address for its calendar. With a condition, the answer may be
// that nothing has changed.
func (c *collector) fetch(ctx context.Context, p *part, condition string) (same bool, err error) {
	u, err := p.feed.resolve(ctx, c.env)
	if err != nil {
		return false, err
	}
	var secrets []string
	if p.feed.secret() {
		secrets = []string{u.String(), u.Path, u.EscapedPath(), u.RawQuery}
	}
	t := web.New(web.Options{
		Base: c.env.HTTP.Transport, Now: c.env.Now, Secrets: secrets, MaxBytes: maxFeed, StatusErrors: true,
	})
	ctx = web.ExpectType(ctx, "text/calendar", "text/plain", "application/ics", "application/octet-stream", "")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return false, t.Error(err)
	}
	req.Header.Set("Accept", "text/calendar, text/plain;q=0.5")
	if condition != "" {
		req.Header.Set("If-None-Match", condition)
	}
	resp, err := t.Client().Do(req)
	if err != nil {
		return false, p.hint(t.Error(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified {
		return true, nil
	}
	p.body, err = io.ReadAll(resp.Body)
	if err != nil {
		return false, t.Error(err)
	}
	p.etag = ""
	if tag := resp.Header.Get("ETag"); len(tag) < 500 {
		p.etag = tag
	}
	p.sum, err = digest("ics", strings.NewReader(string(p.body)))
	return false, err
}

// hint adds to an answer what the user can do about it.
func (p *part) hint(err error) error {
	switch web.Status(err) {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return &collectors.SignInError{
			Why:  fmt.Sprintf("the address is not valid any longer: %d %s", web.Status(err), http.StatusText(web.Status(err))),
			Hint: "copy the calendar's private address in iCalendar format anew and put it into " + p.name,
		}
	}
	return err
}

// tell counts an event that is no meeting.
func (p *part) tell(why reason) {
	if p.left == nil {
		p.left = map[reason]int{}
	}
	p.left[why]++
}

// leftOut words what was not kept, "" for nothing.
func (p *part) leftOut() string {
	sum := 0
	var words []string
	for why, n := range p.left {
		sum += n
		words = append(words, fmt.Sprintf("%d %s", n, why))
	}
	if sum == 0 {
		return ""
	}
	slices.Sort(words)
	verb := "events are"
	if sum == 1 {
		verb = "event is"
	}
	return fmt.Sprintf("%d %s no meeting attended and left out: %s", sum, verb, strings.Join(words, ", "))
}
