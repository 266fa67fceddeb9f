package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
)

// maxPaths is how many paths of a commit are kept; the size still counts all.
const maxPaths = 1000

// change is what a commit changed, against its first parent. Renames are found
// as git log --numstat finds them, so a moved file counts as one file with the
// lines that differ; its path is the new one. A binary file counts as a file
// without lines.
type change struct {
	additions, deletions, files, binary int

	paths []string
	depth depth
}

// depth is how much could be told about a change.
type depth int

const (
	byLines depth = iota // paths and lines
	byPaths              // paths only: the contents are not in the clone
	byNone               // not even the list of files is
)

// measurer asks git diff-tree what commits changed: one process for all commits,
// since starting one takes longer than most answers. It is not safe for use by
// several goroutines.
type measurer struct {
	r      *reader
	depth  depth // where to begin; falls when too much is missing
	fails  int
	long   int   // commits of which not all paths are kept
	missed int   // commits that are measured less deeply than was begun with
	why    error // why the first of them is
	proc   *process
}

// process is a running git diff-tree.
type process struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	said stderr
}

// maxFails is how many commits may lack objects before no more is asked for at
// that depth: each of them costs a new process.
const maxFails = 8

// measure fills in the changes of the commits. A commit whose objects are missing
// is measured less deeply, and never stops the others; an error is the end of ctx
// or that git cannot be started.
func (m *measurer) measure(ctx context.Context, commits []*commit) error {
	for len(commits) > 0 && m.depth < byNone {
		n, err := m.ask(ctx, commits, m.depth)
		commits = commits[n:]
		if err == nil {
			return nil
		}
		// The first or the second of the rest made git stop: one by one they tell.
		for range min(2, len(commits)) {
			if err := ctx.Err(); err != nil {
				return err
			}
			_, err := m.ask(ctx, commits[:1], m.depth)
			if err != nil {
				m.lower(ctx, commits[0], err)
			}
			commits = commits[1:]
			if err != nil {
				break
			}
		}
	}
	for _, c := range commits {
		c.change = change{depth: byNone}
	}
	m.missed += len(commits)
	return ctx.Err()
}

// lower measures one commit less deeply, after err.
func (m *measurer) lower(ctx context.Context, c *commit, err error) {
	if m.missed++; m.why == nil {
		m.why = err
	}
	next := m.depth + 1
	if m.fails++; m.fails > maxFails {
		m.depth, m.fails = next, 0
	}
	for d := next; d < byNone; d++ {
		if _, err := m.ask(ctx, []*commit{c}, d); err == nil {
			m.close() // it answers at another depth than the rest asks for
			return
		}
	}
	c.change = change{depth: byNone}
}

// ask sends the commits to git and reads the answers, as many as are complete.
func (m *measurer) ask(ctx context.Context, commits []*commit, d depth) (complete int, err error) {
	if err := m.start(ctx, d); err != nil {
		return 0, err
	}
	// A page of names is smaller than a pipe, so writing never waits for reading.
	// git echoes a line that is no name and flushes, which ends the answer.
	var b bytes.Buffer
	for _, c := range commits {
		b.WriteString(c.id + "\n")
	}
	b.WriteString("end\n")
	if _, err = m.proc.in.Write(b.Bytes()); err == nil {
		complete, err = m.proc.read(commits, d)
	}
	for _, c := range commits[:complete] {
		if c.change.files > maxPaths {
			m.long++
		}
	}
	if err != nil {
		err = m.failed(ctx, err)
	}
	return complete, err
}

func (m *measurer) start(ctx context.Context, d depth) error {
	if m.proc != nil {
		return nil
	}
	args := []string{"diff-tree", "--stdin", "-z", "-r", "--root", "--always", "--no-ext-diff", "--no-textconv"}
	if d == byLines {
		args = append(args, "--numstat", "-M")
	} else {
		args = append(args, "--raw", "--no-renames", "--abbrev=4")
	}
	p := &process{cmd: m.r.git.command(ctx, m.r.clone.dir, m.r.safe, append(args, "--end-of-options")...)}
	p.cmd.Stderr = &p.said
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("git diff-tree: %w", err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("git diff-tree: %w", err)
	}
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("git diff-tree: %w", err)
	}
	p.in, p.out = in, bufio.NewReaderSize(out, 64<<10)
	m.proc = p
	return nil
}

// close ends the process, if there is one.
func (m *measurer) close() {
	if p := m.proc; p != nil {
		m.proc = nil
		_ = p.in.Close()
		_ = p.cmd.Wait() // with its input closed and its answers read, it ends
	}
}

// failed ends a process that gave no answer and says why it did.
func (m *measurer) failed(ctx context.Context, err error) error {
	p := m.proc
	m.proc = nil
	_ = p.in.Close()
	_, _ = io.Copy(io.Discard, p.out)
	if ended := p.cmd.Wait(); ended != nil {
		return explain(ctx, ended, &p.said)
	}
	return err
}

var errAnswer = errors.New("git diff-tree printed something unexpected")

// read reads the answers to the commits: for each its name, then its files. How
// many are complete is known by what follows them.
func (p *process) read(commits []*commit, d depth) (complete int, err error) {
	at := -1
	for {
		if end, err := p.out.Peek(4); err != nil {
			return max(at, 0), io.ErrUnexpectedEOF
		} else if string(end) == "end\n" {
			_, _ = p.out.Discard(4)
			if at != len(commits)-1 {
				return max(at, 0), errAnswer
			}
			return len(commits), nil
		}
		rec, err := p.field()
		if err != nil {
			return max(at, 0), err
		}
		switch {
		case at+1 < len(commits) && rec == commits[at+1].id:
			at++
			commits[at].change = change{depth: d}
		case at < 0:
			return 0, errAnswer
		default:
			if err := p.file(&commits[at].change, rec); err != nil {
				return at, err
			}
		}
	}
}

// file reads one file of an answer, whose first field is rec: "12\t3\tpath";
// "12\t3\t" and two paths of a rename, "-\t-\tpath" where it is binary;
// ":modes ids letter" and a path.
func (p *process) file(c *change, rec string) error {
	var name string
	var err error
	if strings.HasPrefix(rec, ":") {
		if name, err = p.field(); err != nil {
			return err
		}
	} else {
		added, rest, ok := strings.Cut(rec, "\t")
		deleted, path, ok2 := strings.Cut(rest, "\t")
		if !ok || !ok2 {
			return errAnswer
		}
		if name = path; name == "" {
			if _, err = p.field(); err == nil {
				name, err = p.field()
			}
			if err != nil {
				return err
			}
		}
		if added == "-" {
			c.binary++
		} else {
			a, errA := strconv.Atoi(added)
			b, errB := strconv.Atoi(deleted)
			if errA != nil || errB != nil {
				return errAnswer
			}
			c.additions += a
			c.deletions += b
		}
	}
	c.files++
	if len(c.paths) < maxPaths {
		c.paths = append(c.paths, clean(name))
	}
	return nil
}

// field reads up to the next NUL.
func (p *process) field() (string, error) {
	b, err := p.out.ReadSlice(0)
	if err == nil {
		return string(b[:len(b)-1]), nil
	}
	long := append([]byte(nil), b...)
	for err == bufio.ErrBufferFull && len(long) < 1<<20 {
		b, err = p.out.ReadSlice(0)
		long = append(long, b...)
	}
	if err != nil {
		return "", io.ErrUnexpectedEOF
	}
	return string(long[:len(long)-1]), nil
}
