package calendar

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dossier-report/dossier/collectors"
)

// Check reads every calendar and tells what is in it, whether the person can be
// recognised in it, and what is kept of it.
func (c *collector) Check(ctx context.Context) []collectors.Finding {
	r := &run{collector: c, out: &hearing{}, now: c.env.Now(), parts: c.parts()}
	for _, p := range r.parts {
		if p.feed != nil {
			_, p.failed = c.fetch(ctx, p, "")
		}
	}
	var list []collectors.Finding
	for i := range r.parts {
		list = append(list, r.check(ctx, i))
	}
	return append(list, c.checkPerson(), c.checkPrivacy())
}

// check reads one part by itself.
func (r *run) check(ctx context.Context, i int) collectors.Finding {
	p := r.parts[i]
	heard := &hearing{}
	one := &run{collector: r.collector, out: heard, now: r.now, parts: []*part{p}}
	err := p.failed
	if err == nil {
		err = one.read(ctx)
	}
	f := collectors.Finding{What: "calendar " + p.name, Health: collectors.Healthy}
	var sign *collectors.SignInError
	switch {
	case errors.As(err, &sign):
		f.Health, f.Detail, f.Fix = collectors.Broken, sign.Why, line(sign.Hint)
		return f
	case err != nil:
		f.Health, f.Detail = collectors.Broken, err.Error()
	}
	size := 0
	if one.book != nil {
		size = one.book.size
	}
	if err == nil {
		f.Detail = fmt.Sprintf("%d events", size)
		if size == 1 {
			f.Detail = "1 event"
		}
	}
	if p.feed != nil && err == nil {
		f.Detail += "; whoever has this address can read the calendar, and it cannot write: no further rights are needed"
	}
	if n := len(heard.gaps); n > 0 && err == nil {
		f.Health = collectors.Doubt
		f.Detail += fmt.Sprintf("; %d things in it are odd or missing, such as %s", n, line(heard.gaps[0]))
		if _, fix, ok := strings.Cut(heard.gaps[0], "\n"); ok {
			f.Fix = line(fix)
		}
		if size == 0 {
			f.Health = collectors.Broken
		}
	}
	if head, fix, ok := strings.Cut(f.Detail, "\n"); ok {
		f.Detail, f.Fix = head, line(fix)
	}
	return f
}

// checkPerson says how the person is recognised among attendees.
func (c *collector) checkPerson() collectors.Finding {
	f := collectors.Finding{What: "person", Health: collectors.Healthy}
	if len(c.env.Self.Emails) == 0 {
		f.Health = collectors.Doubt
		f.Detail = "without an e-mail address only the name tells which invitations were declined and which meetings the person organised"
		f.Fix = "set person.emails in dossier.yaml to the addresses at which you are invited"
		return f
	}
	f.Detail = "recognised by " + strings.Join(c.env.Self.Emails, ", ") + " in " + fmt.Sprint(c.env.Zone)
	return f
}

// checkPrivacy says what is kept.
func (c *collector) checkPrivacy() collectors.Finding {
	keeps := []string{"titles and times", "ticket keys and addresses named in descriptions", "colleagues that the configuration names"}
	leaves := []string{}
	choose := func(on bool, what, setting string) {
		if on {
			keeps = append(keeps, what+" ("+setting+": true)")
		} else {
			leaves = append(leaves, what)
		}
	}
	choose(c.cfg.Bodies, "descriptions and rooms", "bodies")
	choose(c.cfg.Attendees, "all attendees", "attendees")
	choose(c.cfg.Private, "private events", "private")
	f := collectors.Finding{What: "privacy", Health: collectors.Healthy, Detail: "kept: " + strings.Join(keeps, ", ")}
	if len(leaves) > 0 {
		f.Detail += "; not kept: " + strings.Join(leaves, ", ")
	}
	if len(c.cfg.Exclude) == 0 {
		f.Fix = "to leave out further events list their titles in sources.calendar.exclude such as dentist*"
	}
	return f
}
