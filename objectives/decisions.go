package objectives

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Decision is the person's own word on an item: one line of the decisions file.
//
// The newest decision on an item and an objective wins, by time, then by its
// place in the file. A decision that names no objective speaks for several:
//
//	accept  every objective that the item's score reaches, and leaves what is
//	        already accepted or pinned as it is
//	reject  every objective
//	pin     every objective for which the item is chosen at that point
//	unpin   every objective for which it is pinned
//
// accept with an objective accepts the item for it, whatever the score; pin is
// an accept that is shown first; unpin makes a pin an accept again; note leaves
// a note on the item and decides nothing, unless it is a note of its own: such
// a note is an item (see [Notes]), and is accepted for the objective it names.
type Decision struct {
	At        time.Time
	Verb      DecisionVerb
	Item      string // id; for a note of its own, the id that it gets: see [NoteID]
	Objective string // id; empty means every objective that the item matched
	Note      string
}

// DecisionVerb is what a decision does.
type DecisionVerb string

// The verbs of decisions.
const (
	Accept DecisionVerb = "accept"
	Reject DecisionVerb = "reject"
	Pin    DecisionVerb = "pin"
	Unpin  DecisionVerb = "unpin"
	Jot    DecisionVerb = "note"
)

var decisionVerbs = []DecisionVerb{Accept, Reject, Pin, Unpin, Jot}

// NoteID returns the id of a note of its own: "note:" with its time in UTC and
// a hash of its text, the same in every run.
func NoteID(at time.Time, note string) string {
	sum := sha256.Sum256([]byte(note))
	return "note:" + at.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(sum[:4])
}

// OwnNote reports whether the decision is a note of its own, not on an item.
func (d Decision) OwnNote() bool {
	return d.Verb == Jot && d.Item == NoteID(d.At, d.Note)
}

// String returns the decision as its line in the file, without the newline:
//
//	2026-06-30T09:12:00Z accept github:acme/api#12 mentoring "she shipped it"
//
// The time is in UTC to the second. A note is quoted as a Go string, so that no
// text in it can break the line.
func (d Decision) String() string {
	var b strings.Builder
	item := d.Item
	if d.OwnNote() {
		item = "-"
	}
	fmt.Fprintf(&b, "%s %s %s", d.At.UTC().Format(time.RFC3339), d.Verb, item)
	if d.Objective != "" {
		b.WriteString(" " + d.Objective)
	}
	if d.Note != "" {
		b.WriteString(" " + strconv.Quote(d.Note))
	}
	return b.String()
}

// Validate reports why the decision cannot stand in the file.
func (d Decision) Validate() error {
	switch {
	case d.At.IsZero() || d.At.UTC().Year() < 1 || d.At.UTC().Year() > 9999:
		return errors.New("the time is missing")
	case !validVerb(d.Verb):
		return fmt.Errorf("%q is none of %s", d.Verb, list(decisionVerbs))
	case d.Item == "" || d.Item == "-" || strings.ContainsFunc(d.Item, blankOrControl) || !utf8.ValidString(d.Item):
		return fmt.Errorf("%q cannot be the id of an item", d.Item)
	case d.Objective != "" && !validID(d.Objective):
		return fmt.Errorf("%q cannot be the id of an objective", d.Objective)
	case d.Verb == Jot && d.Note == "":
		return errors.New("the note is empty")
	}
	return nil
}

func validVerb(v DecisionVerb) bool {
	for _, w := range decisionVerbs {
		if v == w {
			return true
		}
	}
	return false
}

func blankOrControl(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// ReadDecisions reads the decisions file. Blank lines and lines that begin with
// # are comments. A line that is not valid is an error that names its number,
// and every good line is returned all the same.
func ReadDecisions(r io.Reader) ([]Decision, error) {
	text, err := io.ReadAll(r)
	errs := []error{err}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	var ds []Decision
	n := 0
	for line := range bytes.Lines(text) {
		n++
		s := strings.TrimSpace(string(line))
		if s == "" || s[0] == '#' {
			continue
		}
		d, err := parseDecision(s)
		if err != nil {
			errs = append(errs, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		ds = append(ds, d)
	}
	return ds, errors.Join(errs...)
}

const lineForm = "\na line reads: 2026-06-30T09:12:00Z accept ITEM [OBJECTIVE] [\"note\"]"

func parseDecision(s string) (Decision, error) {
	for _, marker := range []string{"<<<<<<<", "|||||||", "=======", ">>>>>>>"} {
		if strings.HasPrefix(s, marker) {
			return Decision{}, fmt.Errorf("marker of a merge conflict: %.40q"+
				"\nkeep the lines of both sides and delete the markers; \"*.decisions merge=union\" in .gitattributes avoids the conflict", s)
		}
	}
	head, note, quoted := strings.Cut(s, ` "`)
	fields := strings.Fields(head)
	if len(fields) < 3 || len(fields) > 4 {
		return Decision{}, fmt.Errorf("%d words before the note, not 3 or 4: %.80q"+lineForm, len(fields), s)
	}
	at, err := time.Parse(time.RFC3339, fields[0])
	if err != nil {
		return Decision{}, fmt.Errorf("%q is not a time"+lineForm, fields[0])
	}
	d := Decision{At: at.UTC(), Verb: DecisionVerb(fields[1]), Item: fields[2]}
	if len(fields) == 4 {
		d.Objective = fields[3]
	}
	if quoted {
		if d.Note, err = strconv.Unquote(`"` + note); err != nil {
			return Decision{}, fmt.Errorf("the note is not one quoted string: %.80q", `"`+note)
		}
	}
	if d.Item == "-" {
		if d.Verb != Jot {
			return Decision{}, fmt.Errorf("%s needs the id of an item, \"-\" is for notes", d.Verb)
		}
		d.Item = NoteID(d.At, d.Note)
	}
	return d, d.Validate()
}

// AppendDecision writes a decision at the end of the file at path, which it
// makes when there is none, readable by its owner only. The line is written at
// once and is on disk when the function returns.
func AppendDecision(path string, d Decision) (err error) {
	if err := d.Validate(); err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	line := d.String() + "\n"
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	if size == 0 {
		line = decisionsHead + line
	} else {
		// An editor may have left the last line without an end.
		var last [1]byte
		if _, err := f.ReadAt(last[:], size-1); err != nil {
			return fmt.Errorf("decide: %w", err)
		}
		if last[0] != '\n' {
			line = "\n" + line
		}
	}
	if _, err := f.WriteString(line); err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	return nil
}

const decisionsHead = "# What I decided about my evidence: time, verb, item, objective, note. Lines are only added.\n"

// byTime orders decisions, the oldest first; sort stably, so that the file's
// order decides between equal times.
func byTime(a, b Decision) int { return cmp.Or(a.At.Compare(b.At), 0) }
