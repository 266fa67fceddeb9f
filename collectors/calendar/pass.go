package calendar

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/collectors/internal/local"
	"github.com/dossier-report/dossier/evidence"
)

// run is one pass over all calendars.
type run struct {
	*collector
	period evidence.Period
	out    collectors.Sink
	now    time.Time

	parts  []*part
	zones  *zones
	circle *circle
	book   *book
	full   bool // not all events are held
	next   int64
}

// unchanged asks every part whether it holds what it held, and tells so when
// all do. A part that cannot be read says nothing about the others.
func (r *run) unchanged(ctx context.Context) (bool, error) {
	same := true
	for _, p := range r.parts {
		text, err := r.out.Cursor(ctx, p.name)
		if err != nil {
			return false, err
		}
		p.cursor = decode(text)
		known := p.cursor.Ask == r.ask() && p.cursor.Covers(r.period) && (p.cursor.Next == 0 || r.now.Unix() < p.cursor.Next)
		if p.feed != nil {
			condition := ""
			if known {
				condition = p.cursor.ETag
			}
			var still bool
			if still, p.failed = r.fetch(ctx, p, condition); still {
				p.sum, p.etag = p.cursor.Sum, p.cursor.ETag
			}
		} else if known {
			p.sum, err = p.look(ctx)
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return false, err
		}
		same = same && (p.failed != nil || p.empty() || known && p.sum == p.cursor.Sum)
	}
	if !same {
		return false, nil
	}
	for _, p := range r.parts {
		if r.gaps(p); p.failed != nil || p.empty() {
			continue
		}
		for _, g := range p.cursor.Odd {
			r.out.Gap(p.name, g)
		}
		for _, n := range p.cursor.Notes {
			r.out.Note(p.name, n)
		}
		r.out.Same(p.name, p.query)
	}
	return true, r.refused()
}

// gaps tells what was not found, or could not be read.
func (r *run) gaps(p *part) {
	for _, g := range p.gaps {
		r.out.Gap(p.name, g)
	}
	if p.failed != nil {
		r.out.Gap(p.name, evidence.Gap{What: p.name, Why: p.failed.Error()})
	}
}

// refused returns why nobody let us in, when that holds for every part.
func (r *run) refused() error {
	var sign *collectors.SignInError
	for _, p := range r.parts {
		if p.failed == nil || !errors.As(p.failed, &sign) {
			return nil
		}
	}
	return sign
}

// read reads every part.
func (r *run) read(ctx context.Context) error {
	if err := r.refused(); err != nil {
		return err
	}
	r.zones = newZones(r.env.Zone)
	r.circle = newCircle(r.env.Self, r.env.People, r.cfg.Attendees)
	r.book = newBook()
	r.out = &listener{Sink: r.out, parts: r.parts}
	for i, p := range r.parts {
		if p.feed != nil && p.failed == nil && p.body == nil {
			// It has not changed, but something else has.
			_, p.failed = r.fetch(ctx, p, "")
		}
		r.gaps(p)
		var err error
		switch {
		case p.failed != nil:
		case p.feed != nil:
			_, err = r.readFile(ctx, &file{run: r, part: i, name: p.name}, "ics", bytes.NewReader(p.body))
			p.body = nil
		default:
			err = r.readFiles(ctx, i, p)
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
	}
	return nil
}

// readFiles reads the files of a path, each for itself.
func (r *run) readFiles(ctx context.Context, i int, p *part) error {
	sum, err := p.look(ctx)
	if err != nil {
		return err
	}
	p.sum = sum
	return p.files(func(folder *local.Folder, f local.File, name string, most int64) error {
		to := &file{run: r, part: i, name: name}
		kind := format(f.Rel)
		switch {
		case kind == "":
			to.lost(name, "is neither a calendar (.ics) nor an export (.csv)\ncorrect sources.calendar.paths")
			return nil
		case f.Size > most:
			to.lost(name, "%v", &local.TooLargeError{Most: most})
			return nil
		}
		in, err := folder.Open(f)
		if err != nil {
			to.lost(name, "%v", err)
			return nil
		}
		defer in.Close()
		_, err = r.readFile(ctx, to, kind, io.LimitReader(in, most))
		return err
	})
}

// readFile reads one file. Only the end of ctx is an error: what is wrong with
// the file is told.
func (r *run) readFile(ctx context.Context, to *file, kind string, in io.Reader) (n int, err error) {
	before := r.book.size
	if kind == "ics" {
		_, err = readICS(ctx, to, in)
	} else {
		err = readCSV(ctx, to, in)
	}
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if err != nil {
		to.lost(to.name, "%v", err)
	}
	return r.book.size - before, nil
}

// listener remembers what is said of a part, for the runs that find nothing
// new.
type listener struct {
	collectors.Sink
	parts []*part
}

func (l *listener) find(name string) *part {
	i := slices.IndexFunc(l.parts, func(p *part) bool { return p.name == name })
	return l.parts[i]
}

func (l *listener) Gap(name string, g evidence.Gap) {
	if p := l.find(name); !slices.Contains(p.gaps, g) {
		p.odd = append(p.odd, g)
	}
	l.Sink.Gap(name, g)
}

func (l *listener) Note(name, note string) {
	p := l.find(name)
	p.notes = append(p.notes, note)
	l.Sink.Note(name, note)
}

// keep hands the series of the period to the sink, part by part.
func (r *run) keep(ctx context.Context) error {
	all, err := r.gather(ctx)
	if err != nil {
		return err
	}
	for i, p := range r.parts {
		if p.failed != nil || p.empty() {
			continue
		}
		n := 0
		for n < len(all) && all[n].part() == i {
			n++
		}
		if err := r.keepPart(ctx, p, all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// keepPart hands on the items of a part in pages; the last one says what it held.
func (r *run) keepPart(ctx context.Context, p *part, list []*series) error {
	if note := p.leftOut(); note != "" {
		r.out.Note(p.name, note)
	}
	if p.doubt > 0 {
		r.out.Note(p.name, fmt.Sprintf("meetings that the person accepted with doubt or never answered: %d; they are kept and labelled tentative or unanswered", p.doubt))
	}
	r.out.Expect(p.name, len(list))
	page := evidence.Batch{Part: p.name, Query: p.query, FetchedAt: r.now, Period: r.period, Begin: true, Cursor: "{}"}
	for {
		page.Items = page.Items[:0:0]
		for len(list) > 0 && len(page.Items) < r.page {
			if it := list[0].item(); it.Item.In(r.period) {
				page.Items = append(page.Items, it)
			}
			list = list[1:]
		}
		if page.End = len(list) == 0; page.End {
			c := cursor{Asked: collectors.AskedFor(r.ask(), r.period), Sum: p.sum, ETag: p.etag, Next: r.next, Odd: p.odd, Notes: p.notes}
			page.Cursor = c.encode()
		}
		if len(page.Items) > 0 || page.End {
			if err := r.out.Keep(ctx, page); err != nil {
				return err
			}
			page.Begin = false
		}
		if page.End {
			return nil
		}
	}
}

// gather expands every series and returns those that took place, in order of
// their parts.
func (r *run) gather(ctx context.Context) ([]*series, error) {
	var out []*series
	for n, s := range r.book.sorted() {
		if n%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		s.settle()
		found := s.unfold(r.now.Unix(), &r.cfg)
		s.times = found.times
		for _, e := range found.left {
			r.parts[e.part].tell(e.why(&r.cfg))
		}
		if found.next > 0 && (r.next == 0 || found.next < r.next) {
			r.next = found.next
		}
		m, name := s.first(), r.parts[s.part()].name
		bad := func(format string, a ...any) {
			r.out.Gap(name, evidence.Gap{What: m.label(), Why: fmt.Sprintf(format, a...), Bad: true})
		}
		if found.err != nil {
			bad("%v; it is left out", found.err)
		}
		if found.cut > 0 {
			bad("it took place more than %d times; the %d earliest were cut", maxTimes, found.cut)
		}
		if len(s.times) > 0 {
			if m.tentative || m.unanswered && !m.accepted {
				r.parts[s.part()].doubt++
			}
			out = append(out, s)
		}
	}
	return r.join(out), nil
}
