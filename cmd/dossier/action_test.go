package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const privateEvent = `{"repository":{"full_name":"robin-v/review","private":true,"visibility":"private"}}`

// runner is a job's step as the runner sets it up: files for the event, the
// outputs and the summary, and the inputs as variables.
type runner struct {
	dir string
	env map[string]string
	log bytes.Buffer // stdout and stderr
}

func newRunner(t *testing.T, event string, env map[string]string) *runner {
	t.Helper()
	r := &runner{dir: t.TempDir(), env: map[string]string{}}
	temp := t.TempDir()
	put(t, temp, "event.json", event)
	for name, file := range map[string]string{"GITHUB_EVENT_PATH": "event.json", "GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary", "GITHUB_ENV": "env",
		"XDG_DATA_HOME": "store", "RUNNER_TEMP": "", "XDG_CONFIG_HOME": "none"} {
		r.env[name] = filepath.Join(temp, file)
	}
	r.env["GITHUB_EVENT_NAME"], r.env["GITHUB_ACTIONS"] = "schedule", "true"
	for k, v := range env {
		r.env[k] = v
	}
	return r
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (r *runner) step(t *testing.T) int {
	t.Helper()
	return run(t.Context(), &world{
		stdin: strings.NewReader(""), stdout: &r.log, stderr: &r.log,
		getenv: func(k string) string { return r.env[k] },
		now:    func() time.Time { return time.Date(2026, 7, 1, 5, 17, 0, 0, time.UTC) },
		http:   &http.Client{Timeout: 5 * time.Second}, dir: r.dir, home: r.dir, zone: time.UTC,
	}, []string{"action"})
}

func (r *runner) read(name string) string {
	raw, _ := os.ReadFile(r.env[name]) // none was written: it is empty
	return string(raw)
}

// outputs reads the file as the runner does.
func (r *runner) outputs(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	lines := strings.Split(strings.TrimSuffix(r.read("GITHUB_OUTPUT"), "\n"), "\n")
	for i := 0; i < len(lines) && lines[0] != ""; {
		name, end, ok := strings.Cut(lines[i], "<<")
		if !ok {
			t.Fatalf("no output begins with %q", lines[i])
		}
		var value []string
		for i++; lines[i] != end; i++ {
			value = append(value, lines[i])
		}
		i++
		out[name] = strings.Join(value, "\n")
	}
	return out
}

func TestActionMakesTheDemosReportWithOutputsAndSummary(t *testing.T) {
	r := newRunner(t, `{"repository":{"private":false,"visibility":"public"}}`, map[string]string{
		"INPUT_CONFIG": "demo", "INPUT_FORMATS": "pdf, json", "INPUT_OUTPUT": "out/review.pdf"})
	if code := r.step(t); code != 0 {
		t.Fatalf("exit %d\n%s", code, r.log.String())
	}
	out := r.outputs(t)
	for name, want := range map[string]string{
		"report-path": filepath.Join(r.dir, "out/review.pdf"), "json-path": filepath.Join(r.dir, "out/review.json"),
		"partial": "false", "period": "2026-01-01..2026-06-30", "artifact": "dossier-review", "keep-store": "false",
		"files": filepath.Join(r.dir, "out/review.pdf") + "\n" + filepath.Join(r.dir, "out/review.json"),
	} {
		if out[name] != want {
			t.Errorf("output %s is %q, want %q", name, out[name], want)
		}
	}
	for _, name := range []string{"items-found", "items-new", "todo-count"} {
		if out[name] == "" || out[name] == "0" {
			t.Errorf("output %s is %q", name, out[name])
		}
	}
	if pdf, err := os.ReadFile(out["report-path"]); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("the report: %v", err)
	}
	sum := r.read("GITHUB_STEP_SUMMARY")
	for _, want := range []string{"### Complete", "| 1 | Mentoring and technical feedback |", "#### Left to write: " + out["todo-count"], "| Jira | complete |", "<details>"} {
		if !strings.Contains(sum, want) {
			t.Errorf("the summary lacks %q", want)
		}
	}
	if !strings.HasPrefix(sum, "### Complete") {
		t.Error("the summary does not begin with how it went")
	}
	if env := r.read("GITHUB_ENV"); env != "" {
		t.Errorf("GITHUB_ENV, which later steps trust, got %q", env)
	}
}

const actionConfig = `person: {name: Robin Vale, github: robin-v, time_zone: UTC, emails: [robin@example.org]}
period: 2026-H1
sources:
%s
objectives: [{use: senior-ml-scientist}]
`

const oneItem = `{"id":"files:1","source":"files","kind":"note","title":"%s","text":"Mentoring a junior colleague: explained the tokenizer","place":"x","private":true,"acts":[{"at":"2026-02-03T09:14:00Z","verb":"noted","text":"Mentoring a junior colleague: explained the tokenizer in a review"}]}` + "\n"

func TestActionFailsInRedAndSaysWhy(t *testing.T) {
	refused := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"message":"Bad credentials"}`)
	}))
	defer refused.Close()
	github := fmt.Sprintf("  github: {api: %q, token: env:GH_TOKEN}", refused.URL+"/")
	const files, broken = "  files: {paths: [evidence.jsonl]}", "  git: {paths: [broken]}"
	for name, c := range map[string]struct {
		event, config string
		env           map[string]string
		code          int
		says          string
		report        bool
	}{
		"missing configuration":       {privateEvent, "", nil, exitConfig, "no configuration: dossier.yaml is not in this checkout", false},
		"missing named configuration": {privateEvent, files, map[string]string{"INPUT_CONFIG": "me/dossier.yaml"}, exitConfig, "no configuration: me/dossier.yaml", false},
		"wrong configuration":         {privateEvent, "  nowhere: {}", nil, exitConfig, "nowhere", false},
		"no source":                   {privateEvent, "  {}", nil, exitConfig, "names no source", false},
		"source not configured":       {privateEvent, files, map[string]string{"INPUT_SOURCES": "jira"}, exitUsage, `"jira" is not configured; there are: files`, false},
		"no such format":              {privateEvent, files, map[string]string{"INPUT_FORMATS": "docx"}, exitUsage, `no format "docx"`, false},
		"mistyped permission":         {privateEvent, files, map[string]string{"INPUT_ALLOW_PARTIAL": "yes"}, exitUsage, `allow-partial is "yes"`, false},
		"expired token":               {privateEvent, github, map[string]string{"GH_TOKEN": "ghp_expired"}, exitSignIn, "github needs sign-in: renew its token", true},
		"no token":                    {privateEvent, github, nil, exitSignIn, "github needs sign-in", true},
		"expired token, partial allowed, nothing else": {privateEvent, github, map[string]string{"GH_TOKEN": "ghp_expired", "INPUT_ALLOW_PARTIAL": "true"}, exitSignIn, "github: failed", true},
		"failed source":          {privateEvent, files + "\n" + broken, nil, exitPartial, "the report is not complete: git", true},
		"failed source, allowed": {privateEvent, files + "\n" + broken, map[string]string{"INPUT_ALLOW_PARTIAL": "true"}, exitDone, "::warning title=dossier::the report is not complete: git", true},
		"all well":               {privateEvent, files, nil, exitDone, "wrote ", true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRunner(t, c.event, c.env)
			put(t, r.dir, "evidence.jsonl", fmt.Sprintf(oneItem, "Tokenizer"))
			if err := os.MkdirAll(filepath.Join(r.dir, "broken", ".git"), 0o755); err != nil {
				t.Fatal(err)
			}
			put(t, r.dir, "broken/.git/HEAD", "garbage")
			if c.config != "" {
				put(t, r.dir, "dossier.yaml", fmt.Sprintf(actionConfig, c.config))
			}
			if code := r.step(t); code != c.code {
				t.Fatalf("exit %d, want %d\n%s", code, c.code, r.log.String())
			}
			if !strings.Contains(r.log.String(), c.says) {
				t.Errorf("the log lacks %q:\n%s", c.says, r.log.String())
			}
			sum, out := r.read("GITHUB_STEP_SUMMARY"), r.outputs(t)
			if failed := strings.HasPrefix(sum, "### Failed"); failed != (c.code != 0) {
				t.Errorf("exit %d, and the summary begins %.40q", c.code, sum)
			}
			if made := out["report-path"] != ""; made != c.report {
				t.Errorf("report-path is %q", out["report-path"])
			}
			if c.report && (out["partial"] == "true") != (name != "all well") {
				t.Errorf("partial is %q", out["partial"])
			}
			if c.code != 0 && !strings.Contains(r.log.String(), "::error title=dossier::") {
				t.Error("no annotation says what failed")
			}
		})
	}
}

func TestT51ReportIsNotMadeWhereOthersCanReadIt(t *testing.T) {
	const public, internal = `{"repository":{"full_name":"a/b","private":false,"visibility":"public"}}`, `{"repository":{"full_name":"a/b","private":true,"visibility":"internal"}}`
	const fork = `{"repository":{"full_name":"a/b","private":true,"visibility":"private"},"pull_request":{"head":{"repo":{"full_name":"mallory/b"}}}}`
	for name, c := range map[string]struct {
		event   string
		env     map[string]string
		refused string
	}{
		"public":                   {public, nil, "the repository is public"},
		"public, without the word": {`{"repository":{"private":false}}`, nil, "the repository is public"},
		"public and private":       {`{"repository":{"private":false,"visibility":"private"}}`, nil, "does not"},
		"internal":                 {internal, nil, "the repository is internal"},
		"unknown":                  {`{}`, nil, "does not say that the repository is private"},
		"fork":                     {fork, map[string]string{"INPUT_ALLOW_PUBLIC": "true"}, "comes from a fork"},
		"deleted fork":             {`{"repository":{"full_name":"a/b","private":true},"pull_request":{"head":{"repo":null}}}`, nil, "comes from a fork"},
		"pull_request_target":      {privateEvent, map[string]string{"GITHUB_EVENT_NAME": "pull_request_target"}, "pull_request_target"},
		"public, allowed":          {public, map[string]string{"INPUT_ALLOW_PUBLIC": "true"}, ""},
		"private":                  {privateEvent, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			const title = "Canary tokenizer"
			r := newRunner(t, c.event, c.env)
			put(t, r.dir, "evidence.jsonl", strings.Repeat(fmt.Sprintf(oneItem, title), 1))
			put(t, r.dir, "dossier.yaml", fmt.Sprintf(actionConfig, "  files: {paths: [evidence.jsonl]}"))
			code, out, sum := r.step(t), r.outputs(t), r.read("GITHUB_STEP_SUMMARY")
			if c.refused == "" {
				if code != 0 || out["files"] == "" {
					t.Fatalf("exit %d\n%s", code, r.log.String())
				}
				private := name == "private"
				if out["keep-store"] != fmt.Sprint(private) {
					t.Errorf("keep-store is %q", out["keep-store"])
				}
				if !private && strings.Contains(sum+r.log.String(), "Canary") {
					t.Errorf("the public summary or log names evidence:\n%s%s", sum, r.log.String())
				}
				return
			}
			if code != exitFailed || !strings.Contains(r.log.String(), "refused: ") {
				t.Errorf("exit %d\n%s", code, r.log.String())
			}
			if c.refused != "does not" && !strings.Contains(sum, strings.ReplaceAll(c.refused, "_", `\_`)) {
				t.Errorf("the summary does not say why:\n%s", sum)
			}
			if len(out) != 0 {
				t.Errorf("a refused run has outputs: %v", out)
			}
			if made, _ := filepath.Glob(filepath.Join(r.dir, "*.pdf")); len(made) != 0 {
				t.Error("a refused run made a report")
			}
		})
	}
}

func TestActionTellsTheJobsOwnTokenFromOthers(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want bool
	}{
		"the job's":            {map[string]string{"GITHUB_TOKEN": "ghs_own", "DOSSIER_JOB_TOKEN": "ghs_own"}, true},
		"the job's, other var": {map[string]string{"GH_TOKEN": "ghs_own", "DOSSIER_JOB_TOKEN": "ghs_own"}, true},
		"an app's":             {map[string]string{"GH_TOKEN": "ghs_app", "DOSSIER_JOB_TOKEN": "ghs_own"}, false},
		"the person's":         {map[string]string{"GH_TOKEN": "github_pat_x", "GITHUB_TOKEN": "ghs_own", "DOSSIER_JOB_TOKEN": "ghs_own"}, false},
		"by its prefix alone":  {map[string]string{"GITHUB_TOKEN": "ghs_own"}, true},
		"none":                 {nil, false},
	} {
		a := &app{world: &world{getenv: func(k string) string { return c.env[k] }}}
		if got := a.ownToken(); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer down.Close()
	r := newRunner(t, privateEvent, map[string]string{"GITHUB_TOKEN": "ghs_own", "DOSSIER_JOB_TOKEN": "ghs_own"})
	put(t, r.dir, "dossier.yaml", fmt.Sprintf(actionConfig, fmt.Sprintf("  github: {api: %q}", down.URL+"/")))
	if code := r.step(t); code != exitSignIn {
		t.Fatalf("exit %d\n%s", code, r.log.String())
	}
	for where, text := range map[string]string{"log": r.log.String(), "summary": r.read("GITHUB_STEP_SUMMARY")} {
		if !strings.Contains(text, "1,000 requests an hour") && !strings.Contains(text, `1\,000 requests an hour`) {
			t.Errorf("the %s does not say what the job's token cannot see:\n%s", where, text)
		}
		if strings.Contains(text, "ghs_own") {
			t.Errorf("the %s holds the token", where)
		}
	}
}

func TestActionsSecondRunFindsNothingNew(t *testing.T) {
	r := newRunner(t, privateEvent, nil)
	put(t, r.dir, "evidence.jsonl", fmt.Sprintf(oneItem, "Tokenizer"))
	put(t, r.dir, "dossier.yaml", fmt.Sprintf(actionConfig, "  files: {paths: [evidence.jsonl]}"))
	for i, want := range []string{"1", "0"} {
		if code := r.step(t); code != 0 {
			t.Fatal(r.log.String())
		}
		if out := r.outputs(t); out["items-new"] != want || out["items-found"] != "1" {
			t.Errorf("run %d: new %s, found %s", i+1, out["items-new"], out["items-found"])
		}
	}
}

func TestForeignTextIsInertInSummaryOutputsAndAnnotations(t *testing.T) {
	for _, hostile := range []string{"a\n### Complete", "<script>x</script>", "![x](https://evil.example/x.png)", "@everyone #12 see www.evil.example", "| a | b |", "::error::x", "<details>", "a`b`"} {
		got := inert(hostile)
		for _, bad := range []string{"\n", "<script", "![", "](", "| a", "<details", "`b"} {
			if strings.Contains(got, bad) && !strings.Contains(got, `\`+bad) {
				t.Errorf("%q became %q", hostile, got)
			}
		}
		if strings.ContainsAny(hostile, "@#") && !strings.Contains(hostile, "\n") && !strings.HasPrefix(got, "<code>") {
			t.Errorf("%q may mention: %q", hostile, got)
		}
	}
	var b strings.Builder
	output(&b, "period", "x\nend-A\nreport-path=/etc/passwd\nb<<c")
	if lines := strings.Split(strings.TrimSpace(b.String()), "\n"); len(lines) != 3 {
		t.Errorf("one value is %d lines: %q", len(lines)-2, lines)
	}
	var log bytes.Buffer
	(&app{world: &world{stdout: &log}}).annotate("error", "100%\n::set-output name=x::y\r\nz")
	if got, want := log.String(), "::error title=dossier::100%25%0A::set-output name=x::y%0Az\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestSummaryStaysBelowWhatGitHubTakes(t *testing.T) {
	long := strings.Repeat("- "+strings.Repeat("é", 500)+"\n", 2000)
	got := cutSummary(long)
	if len(got) >= 1<<20 || !strings.HasSuffix(got, "Cut here: the report has all of it.\n") {
		t.Errorf("%d bytes", len(got))
	}
	if short := "### Complete\n"; cutSummary(short) != short {
		t.Error("a short summary is changed")
	}
}
