package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The fields of a commit as git log prints them, each ended by a NUL. A NUL
// cannot stand in a commit's header, and git ends a message at one, so fields
// can be counted whatever a message contains.
const (
	fieldID = iota
	fieldParents
	fieldAuthor       // name after .mailmap
	fieldAuthorEmail  // after .mailmap
	fieldAuthorRaw    // address as committed
	fieldAuthorAt     // seconds since 1970; empty where git cannot read the date
	fieldCommitter    // name after .mailmap
	fieldCommitterEm  // after .mailmap
	fieldCommitterRaw // address as committed
	fieldCommitterAt
	fieldMessage
	fieldEnd // empty: the separator between two commits
	fields
)

const logFormat = "tformat:%H%x00%P%x00%aN%x00%aE%x00%ae%x00%at%x00%cN%x00%cE%x00%ce%x00%ct%x00%B%x00"

// maxField is how much of a field is kept, in bytes; GitHub's longest body is as
// long. The rest is read over.
const maxField = 64 << 10

// record is one commit of the log. Its fields are valid until the next is read.
type record struct {
	buf  []byte
	ends [fields]int
	long bool // a field was cut
}

func (r *record) field(i int) []byte {
	start := 0
	if i > 0 {
		start = r.ends[i-1]
	}
	return r.buf[start:r.ends[i]]
}

// errFrame says that the log does not have the form that was asked for.
var errFrame = errors.New("git log printed something unexpected")

// scanner reads records.
type scanner struct {
	r   *bufio.Reader
	rec record
}

func newScanner(r io.Reader) *scanner { return &scanner{r: bufio.NewReaderSize(r, 64<<10)} }

// next reads one record; io.EOF ends the log, io.ErrUnexpectedEOF cuts it short.
// After [errFrame] reading goes on: a field that cannot begin a commit is read over,
// so the next commit is found whatever stands before it.
func (s *scanner) next() (*record, error) {
	s.rec.buf, s.rec.long = s.rec.buf[:0], false
	for i := range fields {
		if err := s.readField(); err != nil {
			if err == io.EOF && (i > 0 || len(s.rec.buf) > 0) {
				return nil, io.ErrUnexpectedEOF
			}
			return nil, err
		}
		s.rec.ends[i] = len(s.rec.buf)
		if i == fieldID && !isID(s.rec.buf) || i == fieldEnd && len(s.rec.field(i)) > 0 {
			return nil, errFrame
		}
	}
	return &s.rec, nil
}

// readField appends a field, without its NUL and no more than [maxField] bytes
// of it.
func (s *scanner) readField() error {
	start := len(s.rec.buf)
	for {
		part, err := s.r.ReadSlice(0)
		ended := err == nil
		if ended {
			part = part[:len(part)-1]
		}
		if room := maxField - (len(s.rec.buf) - start); len(part) > room {
			part, s.rec.long = part[:room], true
		}
		s.rec.buf = append(s.rec.buf, part...)
		switch {
		case ended:
			return nil
		case err != bufio.ErrBufferFull:
			return err
		}
	}
}

// walk runs git log over everything reachable from want and not from not, in the
// order of committer dates, and calls visit for each commit. The same commits
// come in the same order every time. An error may come after some were visited.
func (r *reader) walk(ctx context.Context, want, not []string, visit func(*record) error) error {
	running, stop := context.WithCancel(ctx)
	defer stop()
	cmd := r.git.command(running, r.clone.dir, r.safe, "log", "--stdin", "-z", "--format="+logFormat,
		"--no-patch", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-color", "--no-decorate", "--no-notes",
		"--use-mailmap", "--encoding=UTF-8", "--end-of-options", "--")
	cmd.Stdin = strings.NewReader(revisions(want, not))
	var said stderr
	cmd.Stderr = &said
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("git log: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("git log: %w", err)
	}
	err = visitAll(newScanner(pipe), visit)
	var visitor *visitError
	if errors.As(err, &visitor) {
		stop()
	}
	ended := cmd.Wait()
	switch {
	case visitor != nil:
		return visitor
	case ended != nil:
		return explain(ctx, ended, &said)
	}
	return err
}

// visitError is an error of the visitor, not of git.
type visitError struct{ err error }

func (e *visitError) Error() string { return e.err.Error() }
func (e *visitError) Unwrap() error { return e.err }

func visitAll(s *scanner, visit func(*record) error) error {
	var odd error
	for {
		rec, err := s.next()
		switch {
		case err == io.EOF:
			return odd
		case errors.Is(err, errFrame):
			odd = err
			continue
		case err != nil:
			return fmt.Errorf("git log: %w", err)
		}
		if err := visit(rec); err != nil {
			return &visitError{err}
		}
	}
}

// revisions writes names of commits for --stdin. Only full names come here, so
// nothing can be taken for an option.
func revisions(want, not []string) string {
	var b bytes.Buffer
	for _, id := range want {
		if isID(id) {
			b.WriteString(id + "\n")
		}
	}
	for _, id := range not {
		if isID(id) {
			b.WriteString("^" + id + "\n")
		}
	}
	return b.String()
}
