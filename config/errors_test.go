package config

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/collectors"
)

func TestErrorShowsPlaceAndLine(t *testing.T) {
	_, err := Parse("dossier.yaml", []byte(`person:
  name: Robin Vale
objectives:
  - id: ship
    title: Ship
    threshold: 3
`), Env{})
	want := `dossier.yaml:6:16: threshold must be at most 1
     5 |     title: Ship
  >  6 |     threshold: 3`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestParseRefuses(t *testing.T) {
	own := minimal + "objectives:\n  - "
	rule := own + "{id: a, title: A, rules: [{name: r, words: [x], "
	tests := []struct{ name, text, want string }{
		{"empty", "", "dossier.yaml: is empty"},
		{"a comment only", "# nothing\n", "dossier.yaml: is empty"},
		{"a list", "- a\n", "dossier.yaml:1:1: the configuration must be a section"},
		{"a word", "hello", "dossier.yaml:1:1: the configuration must be a section"},
		{"no person", "period: 2026\n", "dossier.yaml:1:1: person is missing"},
		{"null person", "person:\n", "dossier.yaml:1:8: person is missing"},
		{"no name", "person: {github: x}\n", "dossier.yaml:1:9: name is missing"},
		{"blank name", "person: {name: ' '}\n", "dossier.yaml:1:16: name is missing"},
		{"unknown key", minimal + "perod: 2026\n", `dossier.yaml:2:1: unknown key "perod"; did you mean period?`},
		{"unknown key that is like none", minimal + "zzz: 1\n", "known are person, period, fiscal_year_start, people"},
		{"unknown key inside", "person: {name: R, manger: x}\n", `dossier.yaml:1:19: unknown key "manger"; did you mean manager?`},
		{"letters swapped", minimal + "reprot: {}\n", "did you mean report?"},
		{"only the beginning", minimal + "fiscal: 4\n", "did you mean fiscal_year_start?"},
		{"merge key", minimal + "<<: {a: b}\n", `unknown key "<<"`},
		{"twice", minimal + minimal, "dossier.yaml:2:1: person stands here twice; first on line 1"},
		{"twice inside a source", minimal + "sources: {git: {a: 1, a: 2}}\n", "dossier.yaml:2:23: a stands here twice; first on line 2"},
		{"source twice", minimal + "sources:\n  git: {}\n  git: {}\n", "dossier.yaml:4:3: git stands here twice; first on line 3"},
		{"key is a list", minimal + "? [a]\n: 1\n", "a key must be a word"},
		{"two documents", minimal + "---\n" + minimal, "only one document"},
		{"person is a word", "person: Robin\n", "dossier.yaml:1:9: person must be a section"},
		{"people is no list", minimal + "people: {name: x}\n", "people must be a list"},
		{"only is no list", "person: {name: R}\nobjectives: [{use: senior-ml-scientist, only: mentoring}]\n", "dossier.yaml:2:47: only must be a list: write [mentoring]"},
		{"empty entry", "person: {name: R}\nobjectives: [{use: senior-ml-scientist, only: [~]}]\n", "only has an empty entry"},
		{"login is a section", "person: {name: R, github: {a: b}}\n", "github must be a text or a list of texts"},
		{"login is empty", "person: {name: R, github: ['']}\n", "github must be a text"},
		{"text is a list", minimal + "period: [2026]\n", "dossier.yaml:2:9: period must be a text"},
		{"period", minimal + "period: soon\n", "dossier.yaml:2:9: period \"soon\" is not understood"},
		{"time zone", "person: {name: R, time_zone: Mars/Olympus}\n", `dossier.yaml:1:30: time_zone "Mars/Olympus" is no time zone`},
		{"machine's time zone", "person: {name: R, time_zone: Local}\n", `"Local" is no time zone`},
		{"time zone by a path", "person: {name: R, time_zone: ../../etc/passwd}\n", `is no time zone`},
		{"month", minimal + "fiscal_year_start: 13\n", "fiscal_year_start must be a month"},
		{"paper", minimal + "report: {paper: A3}\n", `"A3" is none of A4, Letter; did you mean A4?`},
		{"limit", minimal + "form: [{title: x, limit: -1}]\n", "limit must be at least 0"},
		{"limit is a word", minimal + "form: [{title: x, limit: few}]\n", "limit must be a whole number"},
		{"limit in quotes", minimal + "form: [{title: x, limit: '5'}]\n", "limit must be a whole number"},
		{"subject", minimal + "form: [{subject: progess}]\n", "did you mean progress?"},
		{"question without a title", minimal + "form: [{limit: 5}]\n", "title: is missing"},
		{"sources is a list", minimal + "sources: [git]\n", "sources must be a section"},
		{"source is a word", minimal + "sources: {git: on}\n", "git must be a section"},
		{"objectives is a section", minimal + "objectives: {use: x}\n", "objectives must be a list"},
		{"objective is a word", own + "mentoring\n", "an objective must be a section"},
		{"unknown template", own + "use: senior-ml\n", `dossier.yaml:3:10: unknown template "senior-ml"; did you mean senior-ml-scientist?`},
		{"template by a path", own + "use: ../objectives\n", "unknown template"},
		{"template with more", own + "{use: personal-growth, title: x}\n", `unknown key "title"`},
		{"unknown objective of a template", own + "{use: senior-ml-scientist, only: [mentorin]}\n", `dossier.yaml:3:39: unknown objective of senior-ml-scientist "mentorin"; did you mean mentoring?`},
		{"objective twice", own + "{id: a, title: A}\n  - {id: a, title: B}\n", `dossier.yaml:4:10: objective "a" is there already, from line 3`},
		{"objective that the template has", own + "use: senior-ml-scientist\n  - {id: mentoring, title: B}\n", `objective "mentoring" is there already, from line 3`},
		{"objective without a title", own + "{id: a}\n", "dossier.yaml:3:5: title is missing"},
		{"id of odd letters", own + "{id: a b, title: A}\n", `id "a b" does not have the form`},
		{"weight", rule + "weight: 3}]}\n", "weight must be at most 1"},
		{"weight is a word", rule + "weight: much}]}\n", "weight must be a number"},
		{"weight is not a number", rule + "weight: .nan}]}\n", "weight must be a number"},
		{"own is a word", rule + "own: perhaps}]}\n", "own must be true or false"},
		{"kind", rule + "kinds: [page, pull-request]}]}\n", `kinds: "pull-request" is none of`},
		{"rule without a condition", own + "{id: a, title: A, rules: [{name: r}]}\n", "would match everything"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Parse("dossier.yaml", []byte(tt.text), Env{})
			var ce *Error
			if !errors.As(err, &ce) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
			if c != nil {
				t.Error("a bad configuration is given away")
			}
		})
	}
}

func TestAllErrorsAreToldInOrder(t *testing.T) {
	var b strings.Builder
	b.WriteString("report: {paper: A3}\nperson: {nme: x}\n")
	for range 30 {
		b.WriteString("x" + strings.Repeat("y", b.Len()%37) + "_" + strings.Repeat("z", b.Len()%11) + ": 1\n")
	}
	_, err := Parse("dossier.yaml", []byte(b.String()), Env{})
	var ce *Error
	if !errors.As(err, &ce) {
		t.Fatal(err)
	}
	if len(ce.Problems) != 20 || ce.More < 10 || !strings.HasSuffix(err.Error(), "more") {
		t.Errorf("%d problems and %d more", len(ce.Problems), ce.More)
	}
	for i := 1; i < len(ce.Problems); i++ {
		a, b := ce.Problems[i-1], ce.Problems[i]
		if a.Line > b.Line || a.Line == b.Line && a.Column >= b.Column {
			t.Errorf("%d:%d stands before %d:%d", a.Line, a.Column, b.Line, b.Column)
		}
	}
}

func TestLongAndOddLinesAreQuotedInPart(t *testing.T) {
	_, err := Parse("dossier.yaml", []byte("person: {name: R, role: \""+strings.Repeat("x", 5000)+"\", \"ba\\e[d\": \x1b1}\n"), Env{})
	if err == nil || strings.Contains(err.Error(), "\x1b") || len(err.Error()) > 1000 {
		t.Errorf("%.1200q", err)
	}
	_, err = Parse("dossier.yaml", []byte("person: {name: R, role: \""+strings.Repeat("é", 5000)+"\", bad: 1}\n"), Env{})
	if err == nil || len(err.Error()) > 1000 || !strings.Contains(err.Error(), "…") || !strings.Contains(err.Error(), "bad: 1}") {
		t.Errorf("%.1200q", err)
	}
}

// part is a source's Config with every sort of field.
type part struct {
	Orgs   []string           `yaml:"orgs,omitempty" jsonschema:"description=d"`
	Board  int                `yaml:"board,omitempty" jsonschema:"minimum=1,description=d"`
	Count  uint8              `yaml:"count,omitempty" jsonschema:"description=d"`
	Ratio  *float64           `yaml:"ratio,omitempty" jsonschema:"description=d"`
	Closed bool               `yaml:"closed,omitempty" jsonschema:"description=d"`
	Wait   time.Duration      `yaml:"wait,omitempty" jsonschema:"description=d"`
	URL    collectors.Address `yaml:"url,omitempty" jsonschema:"description=d"`
	Token  collectors.Secret  `yaml:"token,omitempty" jsonschema:"description=d"`
	Status map[string]string  `yaml:"status,omitempty" jsonschema:"description=d"`
	Nested []struct {
		Kind string `yaml:"kind" jsonschema:"required,enum=a,enum=b,description=d"`
	} `yaml:"nested,omitempty" jsonschema:"description=d"`
}

func (p *part) Validate() error {
	if p.Board == 13 {
		return errors.Join(errors.New("board: 13 is unlucky"), errors.New("nested[1].kind: follows from it"))
	}
	return nil
}

func sourcePart(t *testing.T, yaml string) (part, error) {
	t.Helper()
	c := mustParse(t, minimal+"sources:\n  jira: "+yaml+"\n")
	var p part
	err := c.Sources[0].Settings.Decode(&p)
	return p, err
}

func TestSettingsDecode(t *testing.T) {
	p, err := sourcePart(t, "{orgs: [acme], board: 7, count: 3, ratio: 0.5, closed: true, wait: 90s, url: 'https://acme.example/', token: keyring, status: {In QA: waiting}, nested: [{kind: a}]}")
	if err != nil {
		t.Fatal(err)
	}
	if p.Orgs[0] != "acme" || p.Board != 7 || p.Count != 3 || *p.Ratio != 0.5 || !p.Closed || p.Wait != 90*time.Second ||
		p.URL.String() != "https://acme.example" || p.Token.Where() != "keyring:jira" || p.Status["In QA"] != "waiting" || p.Nested[0].Kind != "a" {
		t.Errorf("decoded as %+v", p)
	}
	if p, err := sourcePart(t, ""); err != nil || p.Board != 0 {
		t.Errorf("an empty part: %+v, %v", p, err)
	}
	tests := []struct{ yaml, want string }{
		{"{bord: 7}", `/conf/dossier.yaml:3:10: unknown key "bord"; did you mean board?`},
		{"{board: 0}", "3:17: board must be at least 1"},
		{"{board: 1.5}", "board must be a whole number"},
		{"{count: 256}", "count must be a whole number"},
		{"{count: -1}", "count must be a whole number"},
		{"{ratio: half}", "ratio must be a number"},
		{"{closed: yes}", "closed must be true or false"},
		{"{wait: 90}", "wait must be a duration such as 30s"},
		{"{wait: -1s}", "wait must be a duration"},
		{"{orgs: acme}", "orgs must be a list: write [acme]"},
		{"{orgs: [[acme]]}", "orgs[0] must be a text"},
		{"{status: [a]}", "status must be a section"},
		{"{url: 'http://acme.example'}", "url must begin with https://"},
		{"{url: [x]}", "url must be a text"},
		{"{nested: [{kind: a}, {}]}", "3:30: kind is missing"},
		{"{nested: [{kind: c}]}", `kind "c" is none of a, b`},
		{"{board: 13, nested: [{kind: a}, {kind: b}]}", "3:17: board: 13 is unlucky"},
		{"{board: 13, nested: [{kind: a}, {kind: b}]}", "3:48: kind: follows from it"},
	}
	for _, tt := range tests {
		if _, err := sourcePart(t, tt.yaml); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v\nwant %s", tt.yaml, err, tt.want)
		}
	}
}

func TestCheckSourcesTellsEverything(t *testing.T) {
	known := []collectors.Source{{Name: "jira", Config: part{}}, {Name: "github", Config: part{}}}
	c := mustParse(t, minimal+"sources:\n  githb: {}\n  jira: {bord: 1}\n  github: {board: 0}\n")
	err := c.CheckSources(known)
	var ce *Error
	if !errors.As(err, &ce) || len(ce.Problems) != 3 || !strings.Contains(err.Error(), `:3:3: unknown source "githb"; did you mean github?`) {
		t.Errorf("got %v", err)
	}
	for _, text := range []string{minimal, minimal + "sources: {jira: , github: {board: 1}}\n"} {
		if err := mustParse(t, text).CheckSources(known); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestT21HostileYAMLIsRefused(t *testing.T) {
	laughs := minimal + "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
	for i := range 9 {
		laughs += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 8), i)
	}
	var keys strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&keys, "k%d: 1\n", i)
	}
	tests := []struct{ name, text, want string }{
		{"billion laughs", laughs, "unknown key"},
		{"aliases in a list of rules", minimal + "people: &p [{name: x}]\nobjectives:\n  - id: a\n    title: A\n    rules:\n      - name: r\n        words: &l [" + strings.Repeat("w, ", 600) + "]\n        not: *l\n" +
			strings.Repeat("      - {name: r, words: *l, not: *l, labels: *l, paths: *l}\n", 400), "aliases stand for too many values"},
		{"an alias of nothing", minimal + "people: *p\n", "unknown anchor"},
		{"self anchor", "person: &p {name: R, people: *p}\n", "unknown key"},
		{"self anchor in a list", minimal + "people: &p [*p]\n", "people"},
		{"self anchor of objectives", minimal + "objectives: &o [*o]\n", "an objective must be a section"},
		{"self anchor of a source", minimal + "sources: &s {git: *s}\n", ""},
		{"deep flow", strings.Repeat("[", 100_000), "max depth"},
		{"deep sections", strings.Repeat("{a: ", 5_000) + strings.Repeat("}", 5_000), "nested more than 64 deep"},
		{"deep block", strings.Repeat("- ", 5_000) + "a", "nested more than 64 deep"},
		{"NUL", minimal + "period: a\x00b\n", "control characters"},
		{"Python's tag", minimal + "period: !!python/object/apply:os.system [id]\n", "tag !!python/object/apply:os.system is not understood"},
		{"a tag of one's own", minimal + "period: !env HOME\n", "tag !env is not understood"},
		{"binary", minimal + "period: !!binary aGk=\n", "tag !!binary is not understood"},
		{"duplicate keys", "person: {name: a, name: b}\n", "name stands here twice"},
		{"larger than the cap", minimal + "#" + strings.Repeat("x", 1<<20), "larger than 1 MiB"},
		{"many unknown keys", minimal + keys.String(), "and 59980 more"},
		{"broken off", strings.Repeat("a", 100) + ": [" + strings.Repeat("{", 50), "did not find"},
		{"UTF-16 without an end", "\xff\xfe", "is empty"},
		{"bad UTF-8", "person: {name: \xff}\n", "dossier.yaml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Parse("dossier.yaml", []byte(tt.text), Env{})
			if tt.want == "" { // the parts of sources are decoded later
				if err != nil {
					t.Fatal(err)
				}
				err = c.Sources[0].Settings.Decode(&part{})
			}
			var ce *Error
			if !errors.As(err, &ce) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %.500v\nwant %s", err, tt.want)
			}
			if err != nil && len(err.Error()) > 20_000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}

func TestT21OversizedTextIsNotCopied(t *testing.T) {
	text := make([]byte, 50<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Parse("dossier.yaml", text, Env{}); err == nil || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("50 MiB: %v", err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("refusing 50 MiB allocates %d bytes", n)
	}
}

func TestT22HostileAddressInTheFileIsRefused(t *testing.T) {
	for url, want := range map[string]string{
		"file:///etc/passwd":                  "url must begin with https://",
		"http://169.254.169.254/latest":       "url must not lie in a link-local network",
		"http://acme.example":                 "url must begin with https://: over http",
		"https://0x7f.1":                      "url must write its host as four decimal numbers",
		"https://robin:hunter22@acme.example": "url must hold no user name or password",
	} {
		_, err := sourcePart(t, "{url: '"+url+"'}")
		if err == nil || !strings.Contains(err.Error(), "dossier.yaml:3:15: "+want) || strings.Contains(err.Error(), "hunter22") {
			t.Errorf("%s: %v\nwant %s", url, err, want)
		}
	}
}

func TestT23TokenInTheFileIsRefusedAndNotShown(t *testing.T) {
	const canary = "hunter2hunter2"
	ghp := "ghp_" + strings.Repeat("a1B2", 9)
	tests := []struct{ name, yaml, want string }{
		{"plain", "{token: " + canary + ", orgs: [a]}", "token must say where the secret is kept"},
		{"quoted", `{token: "` + canary + `"}`, "token must say"},
		{"with escapes", `{token: "hunter2\x68unter2"}`, "token must say"},
		{"on its own line", "\n    token: " + canary, "token must say"},
		{"literal block", "\n    token: |\n      x\n      " + canary + "\n    bord: 1", "token must say"},
		{"folded block", "\n    token: >\n      x\n      " + canary + "\n    bord: 1", "token must say"},
		{"broken over lines", "\n    token: x\n      " + canary + "\n    bord: 1", "token must say"},
		{"quoted over lines", "\n    token: \"x\n      " + canary + "\"\n    bord: 1", "token must say"},
		{"in a section", "\n    token:\n      value: " + canary + "\n    bord: 1", "token must be a text"},
		{"in a list", "\n    token:\n      - " + canary + "\n    bord: 1", "token must be a text"},
		{"behind env:", "{token: 'env:" + ghp + "'}", "token must say"},
		{"under a misspelt key", "{tokn: " + canary + "}", `unknown key "tokn"; did you mean token?`},
		{"under another source's key", "{api_token: " + canary + "}", `unknown key "api_token"`},
		{"known by its form", "{orgs: " + ghp + "}", "orgs must be a list"},
		{"as a key", "{" + ghp + ": 1}", "unknown key"},
		{"beside another error", "\n    token: env:A\n    password: " + canary + "\n    board: x", "board must be a whole number"},
		{"in an address", "{url: 'https://robin:" + canary + "@acme.example'}", "url must hold no user name"},
		{"in the query of an address", "{url: 'https://acme.example?token=" + canary + "'}", "url must hold no token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := sourcePart(t, tt.yaml)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v\nwant %s", err, tt.want)
			}
			for _, secret := range []string{canary, ghp, `hunter2\x68unter2`} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the secret is shown:\n%v", err)
				}
			}
		})
	}
	_, err := sourcePart(t, "{orgs: [a], token: hunter2}")
	want := "/conf/dossier.yaml:3:28: token must say where the secret is kept, and not hold it\n" +
		"     2 | sources:\n  >  3 |   jira: {orgs: [a], token: ***\n" +
		"write env:NAME for a variable of the environment, or keyring; if this was a real token, revoke it"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(example)
	f.Add(minimal + "sources: {git: {token: env:A, url: 'https://x'}}")
	f.Add("a: &a [*a]\n---\nb: !!x {? [c] : *d}")
	f.Add("objectives: &o [{use: senior-ml-scientist, only: [x]}, *o, {id: a, title: b, rules: [{name: c, weight: 1e9}]}]")
	f.Add("person: {name: 'a\n\n b', github: {}}\r\nperiod: \"\\x00\"")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("dossier.yaml", []byte(text), Env{})
		if (c == nil) == (err == nil) {
			t.Fatalf("%q: %v and %v", text, c, err)
		}
		if err != nil {
			var ce *Error
			if !errors.As(err, &ce) || len(ce.Problems) == 0 || err.Error() == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		for _, s := range c.Sources {
			_ = s.Settings.Decode(&part{})
		}
		_ = c.CheckSources([]collectors.Source{{Name: "git", Config: part{}}})
	})
}
