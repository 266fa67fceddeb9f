package slack

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// errCut says that a list ended before its end.
var errCut = errors.New("the file is cut short")

// elements calls yield for each element of a JSON list as it is read, so that a
// list may be of any length. The bytes are yield's until it returns. An element
// larger than most is passed over and counted; whether one is valid JSON is for
// yield to find out. It returns how many were passed over.
func elements(from io.Reader, most int, yield func(raw []byte) error) (large int, err error) {
	s := &splitter{r: bufio.NewReaderSize(from, 64<<10), most: most}
	switch c, err := s.next(); {
	case err == io.EOF:
		return 0, errors.New("the file is empty")
	case err != nil:
		return 0, err
	case c != '[':
		return 0, errors.New("the file is no JSON list")
	}
	for {
		c, err := s.next()
		if err == nil && c == ',' {
			continue
		}
		if err == nil && c == ']' {
			return s.large, nil
		}
		if err == nil {
			err = s.element(c)
		}
		if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errCut
		}
		if err != nil {
			return s.large, err
		}
		if s.over {
			s.large++
		} else if err := yield(s.buf); err != nil {
			return s.large, err
		}
	}
}

// splitter finds where an element of a list ends, by brackets and quotes alone.
type splitter struct {
	r     *bufio.Reader
	buf   []byte
	most  int
	over  bool // the element is larger than most
	large int
}

// next returns the next byte that is no white space. A byte order mark is none
// either.
func (s *splitter) next() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		switch {
		case err != nil:
			return 0, err
		case c == ' ', c == '\n', c == '\t', c == '\r', c == 0xef, c == 0xbb, c == 0xbf:
		default:
			return c, nil
		}
	}
}

func (s *splitter) add(p []byte) {
	if s.over = s.over || len(s.buf)+len(p) > s.most; !s.over {
		s.buf = append(s.buf, p...)
	}
}

// element reads the element that begins with c, which is read already.
func (s *splitter) element(c byte) error {
	s.buf, s.over = s.buf[:0], false
	if err := s.r.UnreadByte(); err != nil {
		return err
	}
	var in nesting
	for {
		if _, err := s.r.Peek(1); err != nil {
			return err
		}
		p, _ := s.r.Peek(s.r.Buffered())
		n, done := in.end(p)
		s.add(p[:n])
		_, _ = s.r.Discard(n)
		if in.depth < 0 {
			return fmt.Errorf("the file is no JSON list: %q stands where a message should", c)
		}
		if done {
			return nil
		}
	}
}

// nesting is where in an element a byte stands.
type nesting struct {
	depth           int
	quoted, escaped bool
}

// end returns how many bytes of p belong to the element, and whether it ends
// there. What is no object, list or text ends before a comma or the list's end.
func (in *nesting) end(p []byte) (int, bool) {
	for i, c := range p {
		switch {
		case in.escaped:
			in.escaped = false
		case in.quoted:
			if in.escaped = c == '\\'; c == '"' {
				in.quoted = false
				if in.depth == 0 {
					return i + 1, true
				}
			}
		case c == '"':
			in.quoted = true
		case c == '{' || c == '[':
			in.depth++
		case in.depth == 0 && (c == ',' || c == ']'):
			return i, true
		case c == '}' || c == ']':
			if in.depth--; in.depth <= 0 {
				return i + 1, in.depth == 0
			}
		}
	}
	return len(p), false
}
