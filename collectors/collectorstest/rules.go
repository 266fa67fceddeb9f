package collectorstest

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/evidence"
)

var (
	sourceName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	badge      = regexp.MustCompile(`^[A-Z][A-Z0-9]$`)
	hashForm   = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func described(t testing.TB, c *Case, _ *ledger) {
	s := c.Source
	if !sourceName.MatchString(s.Name) {
		t.Errorf("Source.Name is %q, not one word of small letters", s.Name)
	}
	if s.Title == "" {
		t.Error("Source.Title is empty")
	}
	if !badge.MatchString(s.Badge) {
		t.Errorf("Source.Badge is %q, not two capital letters", s.Badge)
	}
}

func strict(t testing.TB, c *Case, l *ledger) {
	if err := c.fits(); err != nil {
		t.Errorf("the settings do not fit Source.Config, which the schema is made from: %v", err)
	}
	text, err := c.unknown()
	if err != nil {
		t.Fatalf("the case's settings: %v", err)
	}
	switch _, err := c.Source.New(settings(text), c.env(t, l)); {
	case err == nil:
		t.Errorf("an unknown key is not refused:\n%s", text)
	case !strings.Contains(err.Error(), "no_such_key"):
		t.Errorf("the error does not name the unknown key: %v", err)
	}
}

func untouched(t testing.TB, c *Case, l *ledger) {
	env := c.env(t, l)
	env.HTTP.Transport = refuse{t}
	c.make(t, env)
}

func validItems(t testing.TB, c *Case, l *ledger) {
	o := c.fresh(t, l)
	if len(o.items()) == 0 {
		t.Fatal("nothing was found: the world has to hold at least one item in the period")
	}
	for _, p := range o.sink.pages {
		for _, f := range p.Items {
			it := f.Item
			if err := it.Validate(); err != nil {
				t.Error(err)
			}
			if it.Source != c.Source.Name {
				t.Errorf("%s: its source is %q", it.ID, it.Source)
			}
			if !strings.HasPrefix(it.ID, c.Source.Name+":") {
				t.Errorf("%s: its id does not begin with %q", it.ID, c.Source.Name+":")
			}
			if !slices.IsSortedFunc(it.Acts, func(a, b evidence.Act) int { return a.At.Compare(b.At) }) {
				t.Errorf("%s: its acts are not in order of time", it.ID)
			}
			if _, err := json.Marshal(it); err != nil {
				t.Errorf("%s: %v", it.ID, err)
			}
		}
	}
}

func uniqueIDs(t testing.TB, c *Case, l *ledger) {
	first := c.fresh(t, l)
	seen := map[string]string{}
	for _, p := range first.sink.pages {
		here := map[string]bool{}
		for _, f := range p.Items {
			id, content := f.Item.ID, text(f.Item)
			if here[id] {
				t.Errorf("%s is twice on one page of %q", id, p.Part)
			}
			here[id] = true
			if was, ok := seen[id]; ok && was != content {
				t.Errorf("%s is given twice in one run, not with the same content: what is kept depends on the order\n%s\n%s", id, was, content)
			}
			seen[id] = content
		}
	}
	second := c.fresh(t, l).items()
	for id := range seen {
		if _, ok := second[id]; !ok {
			t.Errorf("%s has another id in a second run from nothing", id)
		}
	}
}

func insidePeriod(t testing.TB, c *Case, l *ledger) {
	for id, it := range c.fresh(t, l).items() {
		if !it.In(c.Period) && !it.Flows(c.Period) {
			t.Errorf("%s is not in the period and does not flow in it", id)
		}
	}
}

func absoluteLinks(t testing.TB, c *Case, l *ledger) {
	for id, it := range c.fresh(t, l).items() {
		links := []string{it.URL}
		for _, a := range it.Acts {
			links = append(links, a.URL)
		}
		for _, s := range links {
			u, err := url.Parse(s)
			switch {
			case s == "":
			case err != nil || !u.IsAbs():
				t.Errorf("%s: the link %q is not absolute", id, s)
			case (u.Scheme == "http" || u.Scheme == "https") && u.Host == "":
				t.Errorf("%s: the link %q has no host", id, s)
			case u.User != nil:
				t.Errorf("%s: a link holds credentials", id)
			case slices.Contains([]string{"javascript", "data", "vbscript"}, u.Scheme):
				t.Errorf("%s: the link has the scheme %s", id, u.Scheme)
			}
		}
	}
}

func sourcedPages(t testing.TB, c *Case, l *ledger) {
	o := c.fresh(t, l)
	open, begun := map[string]bool{}, map[string]bool{}
	for _, p := range o.sink.pages {
		if p.FetchedAt.IsZero() {
			t.Errorf("a page of %q lacks FetchedAt", p.Part)
		}
		if p.Query == "" {
			t.Errorf("a page of %q lacks its Query", p.Part)
		}
		for _, f := range p.Items {
			if !hashForm.MatchString(f.Hash) {
				t.Errorf("%s: %q is not a hash of the raw answer", f.Item.ID, f.Hash)
			}
		}
		switch {
		case p.Begin && open[p.Part]:
			t.Errorf("a pass of %q begins before the last one ended", p.Part)
		case p.End && !p.Begin && !open[p.Part]:
			t.Errorf("a pass of %q ends that did not begin", p.Part)
		}
		begun[p.Part] = begun[p.Part] || p.Begin
		open[p.Part] = (open[p.Part] || p.Begin) && !p.End
	}
	for part, yes := range open {
		if yes && begun[part] && len(o.sink.gaps[part]) == 0 {
			t.Errorf("a pass of %q begins and never ends, and no gap says why", part)
		}
	}
}

func sameTwice(t testing.TB, c *Case, l *ledger) {
	a, b := c.fresh(t, l), c.fresh(t, l)
	compare(t, "the second run from nothing", contents(a.items()), contents(b.items()))
	for part := range a.sink.gaps {
		if len(a.sink.gaps[part]) != len(b.sink.gaps[part]) {
			t.Errorf("part %q has %d gaps, then %d", part, len(a.sink.gaps[part]), len(b.sink.gaps[part]))
		}
	}
}

func secondRun(t testing.TB, c *Case, l *ledger) {
	first := c.fresh(t, l)
	keeper := first.sink.keeper
	before := keeper.Items()
	k := c.again(t, l, keeper).sink.kept
	if k.New+k.Changed+k.Gone > 0 {
		t.Errorf("nothing happened, but the second run finds %d new, %d changed and %d gone", k.New, k.Changed, k.Gone)
	}
	compare(t, "after the second run", records(before), records(keeper.Items()))
}

func throughRunner(t testing.TB, c *Case, l *ledger) {
	raw := c.fresh(t, l)
	env := c.env(t, l)
	keeper := NewMemory(env.Now)
	res := c.through(context.Background(), t, env, keeper)
	if res.Err != nil {
		t.Errorf("the runner says: %v", res.Err)
	}
	compare(t, "through the runner", contents(raw.items()), records(keeper.Items()))
	for _, p := range res.Coverage.Parts {
		if got, want := len(p.Gaps), len(raw.sink.gaps[p.Name]); got > want && want < 100 {
			t.Errorf("the runner had to mend items of %q: %+v", p.Name, p.Gaps)
		}
	}
}

// through runs the collector as the program does.
func (c *Case) through(ctx context.Context, t testing.TB, env collectors.Env, keeper *Memory) collectors.Result {
	t.Helper()
	job := collectors.Job{Source: c.Source, Collector: c.make(t, env)}
	return collectors.Run(ctx, []collectors.Job{job}, keeper, collectors.Options{Period: c.Period, Now: env.Now})[0]
}

func broken(t testing.TB, c *Case, l *ledger, b Break) {
	whole := c.fresh(t, l)
	env := c.env(t, l)
	b.Do(&world{TB: t, ledger: l}, &env)
	keeper := NewMemory(env.Now)
	o := c.run(context.Background(), t, env, keeper, nil)
	if o.late {
		t.Fatal("Collect did not return within a minute")
	}
	for _, what := range o.secrets(c.Secrets) {
		t.Errorf("a secret is in %s", what)
	}
	var sign *collectors.SignInError
	if b.SignIn && !asSignIn(o.err, &sign) {
		t.Errorf("the error is no SignInError: %v", o.err)
	}
	if len(b.Parts) == 0 {
		if o.err == nil {
			t.Error("the source as a whole is broken, and Collect returns nil")
		}
		return
	}
	if o.err != nil && !b.SignIn {
		t.Errorf("some parts are broken, and Collect gives up: %v", o.err)
	}
	for _, part := range b.Parts {
		if !slices.ContainsFunc(o.sink.gaps[part], func(g evidence.Gap) bool { return !g.Bad }) {
			t.Errorf("part %q is broken and has no gap that says so", part)
		}
	}
	for part, want := range whole.byPart() {
		if !slices.Contains(b.Parts, part) {
			compare(t, "the unbroken part "+part, want, o.byPart()[part])
		}
	}
}

// byPart returns the contents of what each part gave.
func (o *outcome) byPart() map[string]map[string]string {
	m := map[string]map[string]string{}
	for _, p := range o.sink.pages {
		if m[p.Part] == nil {
			m[p.Part] = map[string]string{}
		}
		for _, f := range p.Items {
			m[p.Part][f.Item.ID] = text(f.Item)
		}
	}
	return m
}
