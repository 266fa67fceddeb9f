// Package demo is an embedded, made-up half year of a machine-learning
// scientist, and the smallest collector to copy.
//
// One file below half-year stands for one source and holds its evidence as JSON
// Lines, the interchange format of package evidence. The people, the company
// and every event are invented; addresses of the company lie under example.org.
// The papers are real and public.
package demo

import (
	"bytes"
	"context"
	"embed"
	"fmt"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

//go:embed half-year/*.jsonl
var halfYear embed.FS

// Config is the demonstration's dossier.yaml.
//
//go:embed dossier.yaml
var Config []byte

// Decisions is the demonstration's decisions file.
//
//go:embed dossier.decisions
var Decisions []byte

// Labels says for most of the items, one a line, for which objectives they
// are evidence in their author's judgement; it is what the mapping is measured
// against.
//
//go:embed labels.jsonl
var Labels []byte

// pageSize is how many items a page holds: small enough that the half year
// passes through a sink as a real source's answer does, in several pages.
const pageSize = 40

// Sources returns the demonstration's sources under the names, titles and
// badges of the real ones, so that a report of it looks as a real one does.
func Sources() []collectors.Source {
	return []collectors.Source{
		source("github", "GitHub", "GH"),
		source("jira", "Jira", "JI"),
		source("confluence", "Confluence", "CF"),
		source("slack", "Slack", "SL"),
		source("git", "Git clones", "GI"),
		source("notes", "Notes", "NO"),
		source("calendar", "Calendar", "CA"),
		source("files", "Files", "FI"),
	}
}

// Settings is what dossier.yaml may say about a source of the demonstration:
// nothing.
type Settings struct{}

func source(name, title, badge string) collectors.Source {
	return collectors.Source{
		Name: name, Title: title, Badge: badge,
		Config: Settings{},
		New: func(settings collectors.Settings, env collectors.Env) (collectors.Collector, error) {
			if settings != nil {
				if err := settings.Decode(&Settings{}); err != nil {
					return nil, err
				}
			}
			return &collector{file: name + ".jsonl", env: env}, nil
		},
	}
}

// collector reads one file of the half year.
type collector struct {
	file string
	env  collectors.Env
}

// Collect hands the file's items of the period to out, a page at a time. A line
// that cannot be read is a gap; the others are kept.
func (c *collector) Collect(ctx context.Context, p evidence.Period, out collectors.Sink) error {
	raw, err := halfYear.ReadFile("half-year/" + c.file)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.file, err)
	}
	items, err := c.items(ctx, raw, p, out)
	if err != nil {
		return err
	}
	out.Expect(c.file, len(items))
	page := evidence.Batch{Part: c.file, Query: "half-year/" + c.file, FetchedAt: c.env.Now(), Period: p, Begin: true}
	for {
		n := min(pageSize, len(items))
		page.Items, items = items[:n], items[n:]
		page.End = len(items) == 0
		if err := out.Keep(ctx, page); err != nil {
			return err
		}
		if page.End {
			return nil
		}
		page.Begin = false
	}
}

func (c *collector) items(ctx context.Context, raw []byte, p evidence.Period, out collectors.Sink) ([]evidence.Fetched, error) {
	var items []evidence.Fetched
	for line := range bytes.Lines(raw) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		it, err := evidence.Decode(line)
		switch {
		case err != nil:
			out.Gap(c.file, evidence.Gap{What: "a line", Why: err.Error()})
		case it.In(p):
			items = append(items, evidence.Fetched{Item: it, Hash: evidence.Hash(line)})
		}
	}
	return items, nil
}
