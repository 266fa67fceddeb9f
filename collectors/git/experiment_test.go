package git

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

const pipelineYAML = `stages:
  train:
    cmd: python train.py
    params: [train, seed, {conf/model.toml: [depth]}]
    metrics:
    - metrics.json: {cache: false}
    - ${item.out}.json
  eval:
    foreach: [a, b]
    do: {cmd: x, metrics: [eval/report.yaml]}
`

// experiments is a history of 20 experiments: each changes the FID, and what it
// changed for that.
func experiments() *history {
	h := &history{}
	h.commit(made{author: robin, at: date("2026-01-05"), message: "Set up the pipeline", files: map[string]string{
		"ml/dvc.yaml": pipelineYAML, "ml/metrics.json": `{"fid": 30, "train": {"loss": 1.5}, "steps": 1000}`, "ml/params.yaml": "train: {lr: 0.1}\nseed: 1\nnotes: x\n"}})
	for i := 1; i <= 20; i++ {
		h.commit(made{author: robin, at: date("2026-01-05").Add(time.Duration(i) * 24 * time.Hour), message: fmt.Sprintf("Experiment %d", i), files: map[string]string{
			"ml/metrics.json": fmt.Sprintf(`{"fid": %g, "train": {"loss": 1.5}, "steps": 1000}`, 30-float64(i)*0.885),
			"ml/params.yaml":  fmt.Sprintf("train: {lr: 0.%d}\nseed: %d\nnotes: changed %d\n", i, i/10, i),
		}})
	}
	return h
}

func figuresOf(it evidence.Item) string {
	if it.Outcome == nil {
		return ""
	}
	var out []string
	for _, f := range it.Outcome.Figures {
		text := fmt.Sprintf("%s %g (%s)", f.Name, f.After, f.From)
		if f.Before != nil {
			text = fmt.Sprintf("%s %g → %g (%s)", f.Name, *f.Before, f.After, f.From)
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestEveryChangeOfAMetricReachesItsCommit(t *testing.T) {
	env := world(t)
	experiments().write(t, env.Home+"/api")
	items := collect(t, env, half, newSink()).given()
	if got, want := figuresOf(items["Set up the pipeline"]), "fid 30 (ml/metrics.json), steps 1000 (ml/metrics.json), train.loss 1.5 (ml/metrics.json)"; got != want {
		t.Errorf("the first commit: %s, want %s", got, want)
	}
	for i := 1; i <= 20; i++ {
		it := items[fmt.Sprintf("Experiment %d", i)]
		want := fmt.Sprintf("fid %g → %g (ml/metrics.json)", 30-float64(i-1)*0.885, 30-float64(i)*0.885)
		if got := figuresOf(it); got != want {
			t.Errorf("experiment %d: %s, want %s", i, got, want)
		}
		if it.Outcome.State != evidence.StateMerged {
			t.Errorf("experiment %d: outcome %s", i, it.Outcome.State)
		}
	}
	// What was changed for it is told; a parameter that no stage names is not.
	if got, want := items["Experiment 10"].Acts[0].Context, "parameters: seed 0 → 1; train.lr 0.9 → 0.1"; got != want {
		t.Errorf("context %q, want %q", got, want)
	}
}

func TestExperimentsOfEveryFormAreRead(t *testing.T) {
	h := &history{}
	h.commit(made{author: robin, at: date("2026-01-05"), message: "Set up", files: map[string]string{
		"dvc.yaml": pipelineYAML + "metrics: [top.json]\nparams: [top.toml]\n", "conf/model.toml": "depth = 2\nwidth = 3\n", "eval/report.yaml": "f1: 0.5\n", "live/dvc.yaml": "metrics: metrics.json\n"}})
	h.commit(made{author: robin, at: date("2026-01-06"), message: "All at once", files: map[string]string{
		"conf/model.toml": "depth = 4\nwidth = 9\n", "eval/report.yaml": "f1: .75\nbest: yes\n", "live/metrics.json": `{"loss": 2}`, "top.json": `{"a": -1.5e-3}`, "top.toml": "on = true\n", "other.json": `{"b": 1}`, "metrics.json": `{"x": `}})
	h.commit(made{branch: "refs/heads/exp", from: 2, author: robin, at: date("2026-01-07"), message: "On a branch", files: map[string]string{"top.json": `{"a": 1}`}})
	h.commit(made{author: ana, at: date("2026-01-08"), message: "Somebody else's\n\nReviewed-by: Robin Vale <robin@example.org>", files: map[string]string{"top.json": `{"a": 7}`}})
	env := world(t)
	h.write(t, env.Home+"/api")
	items := collect(t, env, half, newSink()).given()
	if got, want := figuresOf(items["All at once"]), "f1 0.5 → 0.75 (eval/report.yaml), a -0.0015 (top.json), loss 2 (live/metrics.json)"; got != want {
		t.Errorf("figures %s\nwant    %s", got, want)
	}
	if got, want := items["All at once"].Acts[0].Context, "parameters: depth 2 → 4; on true"; got != want {
		t.Errorf("context %q, want %q", got, want)
	}
	branch := items["On a branch"]
	if branch.Outcome == nil || branch.Outcome.State != evidence.StateDone || figuresOf(branch) != "a -0.0015 → 1 (top.json)" {
		t.Errorf("outcome %+v", branch.Outcome)
	}
	if got := figuresOf(items["Somebody else's"]); got != "" {
		t.Errorf("a reviewed commit has the figures %s of somebody else's experiment", got)
	}
}

func TestACloneWithoutDVCHasNoFigures(t *testing.T) {
	h := &history{}
	h.commit(made{author: robin, at: date("2026-01-05"), message: "One", files: map[string]string{"metrics.json": `{"fid": 1}`, "params.yaml": "a: 1\n"}})
	env := world(t)
	h.write(t, env.Home+"/api")
	if it := collect(t, env, half, newSink()).given()["One"]; figuresOf(it) != "" || it.Acts[0].Context != "" {
		t.Errorf("item %+v", it)
	}
}

func TestHostileExperimentFilesAreNoFigures(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
	wide := "{" + strings.Repeat(`"k":1,`, 10) + `"z":{` + func() string {
		var b strings.Builder
		for i := range 5000 {
			fmt.Fprintf(&b, `"n%d":%d,`, i, i)
		}
		return b.String()
	}() + `"end":1}}`
	h := &history{}
	h.commit(made{author: robin, at: date("2026-01-05"), message: "One", files: map[string]string{
		"dvc.yaml":  "metrics: [bomb.yaml, deep.json, wide.json, huge.json, nan.yaml, ../../etc/passwd, /etc/passwd, 'https://example.org/m.json', ok.json]\n",
		"bomb.yaml": bomb, "deep.json": strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000), "wide.json": wide, "huge.json": `{"x":1` + strings.Repeat(" ", 2<<20) + "}",
		"nan.yaml": "a: .nan\nb: .inf\n", "ok.json": `{"fid": 9.8}`}})
	env := world(t)
	h.write(t, env.Home+"/api")
	s := collect(t, env, half, newSink())
	it := s.given()["One"]
	if !strings.HasPrefix(figuresOf(it), "fid 9.8 (ok.json)") || len(it.Outcome.Figures) > maxFigures || strings.Contains(figuresOf(it), "huge.json") || strings.Contains(figuresOf(it), "nan.yaml") {
		t.Errorf("figures %s", figuresOf(it))
	}
}

func FuzzPipeline(f *testing.F) {
	f.Add(pipelineYAML, `{"fid": 30, "train": {"loss": 1.5}}`)
	f.Add("metrics: [a.json]\nparams: {b.toml: [c]}\n", "a: 1\nb: [1,2]\n")
	f.Add("stages: [x]\n", "+++")
	f.Fuzz(func(t *testing.T, plan, text string) {
		p := readPipeline([]byte(plan))
		for _, m := range p.metrics {
			if !inside(m) {
				t.Errorf("%q leads out of the repository", m)
			}
		}
		for _, name := range []string{"a.json", "a.yaml", "a.toml"} {
			v := readValues(name, []byte(text))
			for _, n := range v.names() {
				v.number(n)
			}
		}
	})
}
