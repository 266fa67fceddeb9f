package files

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/local"
	"github.com/dossier-report/dossier/evidence"
)

// reading is one file on its way into the sink.
type reading struct {
	*collector
	ctx    context.Context
	out    collectors.Sink
	part   string
	period evidence.Period
	cur    cursor

	skip  int // items of the pass that are kept already
	items []evidence.Fetched
	begun bool
	lost  bool
}

func (r *reading) read(in *local.Folder, file local.File) error {
	f, err := in.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	whole := &limited{r: f, left: maxFile}
	switch strings.ToLower(path.Ext(file.Rel)) {
	case ".csv", ".tsv":
		err = r.table(whole, file.Rel)
	default:
		err = r.lines(whole)
	}
	if err != nil {
		return err
	}
	if whole.cut {
		r.gap(r.part, fmt.Sprintf("is larger than %d MiB and was read up to there\nsplit it", maxFile>>20), false)
	}
	return r.flush(true)
}

// limited is a reader that ends after so many bytes and says so.
type limited struct {
	r    io.Reader
	left int64
	cut  bool
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		n, err := l.r.Read(make([]byte, 1))
		l.cut = l.cut || n > 0
		if n > 0 {
			err = io.EOF
		}
		return 0, err
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// gap says what is missing or odd, now and in every run in which the file is
// still the same.
func (r *reading) gap(what, why string, bad bool) {
	g := evidence.Gap{What: what, Why: why, Bad: bad}
	if len(r.cur.Odd) < maxOdd {
		r.cur.Odd = append(r.cur.Odd, g)
	}
	r.lost = r.lost || !bad
	r.out.Gap(r.part, g)
}

// lines reads JSON Lines. A line that is not valid is a gap.
func (r *reading) lines(in io.Reader) error {
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, evidence.MaxLine)
	for n := 1; sc.Scan(); n++ {
		line := bytes.TrimSpace(bytes.TrimPrefix(sc.Bytes(), []byte("\ufeff")))
		if len(line) == 0 {
			continue
		}
		it, err := evidence.Decode(line)
		if err != nil {
			r.gap(fmt.Sprintf("line %d", n), err.Error(), false)
			continue
		}
		it.Source = Source.Name
		if !strings.HasPrefix(it.ID, Source.Name+":") {
			it.ID = Source.Name + ":" + it.ID
		}
		if err := r.add(it, line); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("a line is longer than %d MiB; nothing behind it was read", evidence.MaxLine>>20)
		}
		r.gap(r.part, err.Error(), false)
	}
	return nil
}

// add takes an item of the period; a full page is kept.
func (r *reading) add(it evidence.Item, raw []byte) error {
	if !it.In(r.period) && !it.Flows(r.period) {
		return nil
	}
	if r.cfg.Private == nil || *r.cfg.Private {
		it.Private = true
	}
	if r.skip > 0 {
		r.skip-- // kept by the run that was stopped
		r.begun = true
		return nil
	}
	r.items = append(r.items, evidence.Fetched{Item: it, Hash: evidence.Hash(raw)})
	if len(r.items) == page {
		return r.flush(false)
	}
	return nil
}

func (r *reading) flush(last bool) error {
	r.cur.Kept += len(r.items)
	c := r.cur
	if c.Done = last; !last {
		c.Odd = nil // told again by the run that goes on: it reads the file from its start
	}
	err := r.out.Keep(r.ctx, evidence.Batch{Part: r.part, Query: r.part, FetchedAt: r.env.Now(), Items: r.items, Cursor: encode(c),
		Begin: !r.begun, End: last && !r.lost, Period: r.period})
	if err != nil {
		return &keepError{err}
	}
	r.begun, r.items = true, nil
	return nil
}

// when reads a time as people and their systems write it. Without a zone it is
// in the person's.
func (c *collector) when(text, layout string) (time.Time, error) {
	zone := c.env.Zone
	if zone == nil {
		zone = time.UTC
	}
	text = strings.TrimSpace(text)
	layouts := []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"}
	if layout != "" {
		layouts = []string{layout}
	}
	for _, l := range layouts {
		if t, err := time.ParseInLocation(l, text, zone); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time", text)
}
