package git

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// Experiments are tracked by DVC in the clone itself: dvc.yaml names files of
// metrics and parameters, and a commit that changes one of them tells what an
// experiment gave. DVC is not needed to read them:
// https://dvc.org/doc/user-guide/project-structure/dvcyaml-files
const (
	pipelineFile  = "dvc.yaml"
	lockFile      = "dvc.lock"
	maxBlob       = 1 << 20 // bytes of a file that is read
	maxFigures    = 24      // figures of a commit
	maxParameters = 12      // changed parameters that are told
)

// experimenter reads what commits say about experiments. It is not safe for use
// by several goroutines.
type experimenter struct {
	r      *reader
	proc   *blobs
	failed bool                 // git could not be asked: nothing more is
	plans  map[string]*pipeline // by the id of dvc.yaml's content
}

// look fills in what the commits say about experiments. What cannot be read is
// counted, and never an error: figures come on top of the commits.
func (e *experimenter) look(ctx context.Context, commits []*commit) {
	for _, c := range commits {
		if c.part != authored && c.part != coauthored || e.failed || ctx.Err() != nil {
			continue
		}
		dirs := e.dirs(c)
		if len(dirs) == 0 {
			continue
		}
		var parameters []string
		for _, dir := range dirs {
			metrics, params := e.named(ctx, c.id, dir)
			for _, p := range c.change.paths {
				switch {
				case slices.Contains(metrics, p):
					c.figures = append(c.figures, e.figures(ctx, c, p)...)
				case params[p] != nil:
					parameters = append(parameters, e.parameters(ctx, c, p, params[p])...)
				}
			}
		}
		c.figures = c.figures[:min(len(c.figures), maxFigures)]
		if n := len(parameters) - maxParameters; n > 0 {
			parameters = append(parameters[:maxParameters], fmt.Sprintf("and %d more", n))
		}
		c.parameters = strings.Join(parameters, "; ")
	}
}

// dirs are the folders with a dvc.yaml in or above what a commit changed: those
// that the clone has today, and those whose dvc.yaml or dvc.lock the commit
// itself changed.
func (e *experimenter) dirs(c *commit) []string {
	var dirs []string
	for _, p := range c.change.paths {
		if base := path.Base(p); base == pipelineFile || base == lockFile {
			dirs = append(dirs, path.Dir(p))
			continue
		}
		if !hasValues(p) {
			continue
		}
		for dir := path.Dir(p); ; dir = path.Dir(dir) {
			if e.r.pipelines[dir] {
				dirs = append(dirs, dir)
			}
			if dir == "." || dir == "/" {
				break
			}
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// findPipelines notes the folders that have a dvc.yaml at the given commit.
func (r *reader) findPipelines(ctx context.Context, at string) {
	r.pipelines = map[string]bool{}
	if !isID(at) {
		return
	}
	// An error says that trees are missing; then only what commits change tells.
	out, _ := r.git.output(ctx, r.clone.dir, r.safe, "ls-tree", "-r", "-z", "--name-only", "--full-tree", "--end-of-options", at)
	for name := range bytes.SplitSeq(out, []byte{0}) {
		if p := string(name); path.Base(p) == pipelineFile {
			r.pipelines[path.Dir(p)] = true
		}
	}
}

// named returns the files of metrics, and the files of parameters with the
// parameters that count, that a folder's dvc.yaml names at a commit.
func (e *experimenter) named(ctx context.Context, commit, dir string) (metrics []string, params map[string][]string) {
	id, text := e.blob(ctx, commit, path.Join(dir, pipelineFile))
	if text == nil {
		return nil, nil
	}
	plan := e.plans[id]
	if plan == nil {
		plan = readPipeline(text)
		if e.plans == nil {
			e.plans = map[string]*pipeline{}
		}
		e.plans[id] = plan
	}
	params = map[string][]string{}
	for _, m := range plan.metrics {
		metrics = append(metrics, path.Join(dir, m))
	}
	for file, keys := range plan.params {
		params[path.Join(dir, file)] = keys
	}
	return metrics, params
}

// figures are what a commit changed in a file of metrics.
func (e *experimenter) figures(ctx context.Context, c *commit, file string) []evidence.Figure {
	before, after := e.versions(ctx, c, file)
	var out []evidence.Figure
	for _, name := range after.names() {
		now, ok := after.number(name)
		if !ok {
			continue
		}
		f := evidence.Figure{Name: name, After: now, From: file}
		if was, ok := before.number(name); ok {
			if was == now {
				continue
			}
			f.Before = &was
		}
		out = append(out, f)
	}
	return out
}

// parameters words what a commit changed in a file of parameters.
func (e *experimenter) parameters(ctx context.Context, c *commit, file string, keys []string) []string {
	before, after := e.versions(ctx, c, file)
	var out []string
	for _, name := range after.names() {
		was, now := before[name], after[name]
		if was == now || !counts(name, keys) {
			continue
		}
		if was == "" {
			out = append(out, name+" "+now)
		} else {
			out = append(out, name+" "+was+" → "+now)
		}
	}
	return out
}

// versions reads a file before and after a commit.
func (e *experimenter) versions(ctx context.Context, c *commit, file string) (before, after values) {
	if len(c.parents) > 0 {
		if _, text := e.blob(ctx, c.parents[0], file); text != nil {
			before = readValues(file, text)
		}
	}
	if _, text := e.blob(ctx, c.id, file); text != nil {
		after = readValues(file, text)
	}
	return before, after
}

// blobs is a running git cat-file.
type blobs struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// blob returns a file at a commit with the id of its content; nil where there is
// none, or where it is no file of bearable size.
func (e *experimenter) blob(ctx context.Context, commit, file string) (id string, text []byte) {
	if e.failed || strings.ContainsAny(file, "\n\x00") {
		return "", nil
	}
	if err := e.start(ctx); err != nil {
		e.failed = true
		return "", nil
	}
	id, text, err := e.proc.ask(commit + ":" + file)
	if err != nil {
		e.close()
		e.failed = true
	}
	return id, text
}

func (e *experimenter) start(ctx context.Context) error {
	if e.proc != nil {
		return nil
	}
	cmd := e.r.git.command(ctx, e.r.clone.dir, e.r.safe, "cat-file", "--batch")
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	e.proc = &blobs{cmd: cmd, in: in, out: bufio.NewReaderSize(out, 64<<10)}
	return nil
}

// ask reads one object: "ID blob SIZE", the content and a line feed, or a line
// that says why there is none.
func (b *blobs) ask(object string) (id string, text []byte, err error) {
	if _, err := io.WriteString(b.in, object+"\n"); err != nil {
		return "", nil, err
	}
	line, err := b.out.ReadString('\n')
	if err != nil {
		return "", nil, err
	}
	words := strings.Fields(line)
	if len(words) < 3 || !isID(words[0]) {
		return "", nil, nil // "OBJECT missing"
	}
	size, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil {
		return "", nil, errAnswer
	}
	if words[1] != "blob" || size > maxBlob {
		_, err := io.CopyN(io.Discard, b.out, size+1)
		return "", nil, err
	}
	text = make([]byte, size+1)
	if _, err := io.ReadFull(b.out, text); err != nil {
		return "", nil, err
	}
	return words[0], text[:size], nil
}

// close ends the process, if there is one.
func (e *experimenter) close() {
	if p := e.proc; p != nil {
		e.proc = nil
		_ = p.in.Close()
		_, _ = io.Copy(io.Discard, p.out)
		_ = p.cmd.Wait() // with its input closed and its answers read, it ends
	}
}
