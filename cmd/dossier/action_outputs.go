package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/dossier-report/dossier/report"
	"github.com/dossier-report/dossier/report/gate"
)

// addTo appends text to the file that the variable names; without one there is
// nobody to tell.
func (a *app) addTo(variable, text string) error {
	path := a.getenv(variable)
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// outputs tells the steps that follow what was made.
func (a *app) outputs(m *made) error {
	var b strings.Builder
	add := func(name, value string) { output(&b, name, value) }
	add("report-path", m.reportPath())
	add("json-path", m.files["json"])
	add("items-found", strconv.Itoa(m.found))
	add("items-new", strconv.Itoa(m.news))
	add("todo-count", strconv.Itoa(len(todo(m.rep))))
	add("partial", strconv.FormatBool(m.partial))
	add("period", periodOutput(m.rep.Period))
	add("keep-store", strconv.FormatBool(m.place.cached))
	add("artifact", gate.Slug("dossier "+strings.TrimSuffix(filepath.Base(m.reportPath()), filepath.Ext(m.reportPath()))))
	var files []string
	for _, f := range m.in.formats {
		files = append(files, gate.Line(m.files[f.Name], 0))
	}
	outputLines(&b, "files", files)
	return a.addTo("GITHUB_OUTPUT", b.String())
}

// reportPath is the first file that is made to be read by people.
func (m *made) reportPath() string {
	for _, f := range m.in.formats {
		if f.Name != "json" {
			return m.files[f.Name]
		}
	}
	return m.files["json"]
}

// periodOutput is the period in the form that every command takes, both ends
// included.
func periodOutput(p report.PeriodLine) string {
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		zone = time.UTC
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format(time.DateOnly)
	}
	to := p.To
	if !to.IsZero() {
		to = to.Add(-time.Nanosecond)
	}
	return day(p.From) + ".." + day(to)
}

// output writes one value. Its end is a word that nobody can know before, so
// that no value can end itself and begin another output.
func output(b *strings.Builder, name, value string) {
	outputLines(b, name, []string{gate.Line(value, 0)})
}

func outputLines(b *strings.Builder, name string, values []string) {
	end := "end-" + rand.Text()
	fmt.Fprintf(b, "%s<<%s\n%s\n%s\n", name, end, strings.Join(values, "\n"), end)
}

// annotate shows a message at the head of the run: a workflow command, with all
// of the message escaped (docs.github.com/actions/reference/workflows-and-actions/workflow-commands).
func (a *app) annotate(level, message string) {
	var says []string
	for _, l := range strings.Split(message, "\n") {
		says = append(says, gate.Line(l, 2000))
	}
	text := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(strings.Join(says, "\n"))
	fmt.Fprintf(a.stdout, "::%s title=dossier::%s\n", level, text)
}
