package calendar

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// field is what a column holds.
type field int

const (
	fTitle field = iota
	fNumber
	fHost
	fHostEmail
	fStart
	fEnd
	fMinutes
	fName
	fEmail
	fJoin
	fLeave
	fStayed
	fStartDate
	fStartTime
	fEndDate
	fEndTime
	fAllDay
	fOrganizer
	fRequired
	fOptional
	fBody
	fWhere
	fPrivate
	fSensitivity
	fShown
	fCategories
	fields
)

// columns are the titles of the columns that are read, as Zoom, Google Calendar
// and Outlook write them in English, without case, signs and what stands in
// brackets. One that may be two things is the first that is free.
var columns = map[string][]field{
	"topic": {fTitle}, "subject": {fTitle}, "meeting id": {fNumber}, "id": {fNumber},
	"host name": {fHost}, "host": {fHost}, "user name": {fHost, fName}, "host email": {fHostEmail}, "user email": {fHostEmail, fEmail},
	"start time": {fStart}, "end time": {fEnd}, "actual start time": {fStart}, "actual end time": {fEnd},
	"duration": {fMinutes, fStayed}, "duration minutes": {fMinutes, fStayed}, "total duration": {fStayed}, "total duration minutes": {fStayed},
	"name": {fName}, "participant": {fName}, "participant name": {fName}, "email": {fEmail}, "join time": {fJoin}, "leave time": {fLeave},
	"start date": {fStartDate}, "end date": {fEndDate}, "all day event": {fAllDay}, "meeting organizer": {fOrganizer},
	"required attendees": {fRequired}, "optional attendees": {fOptional}, "description": {fBody}, "location": {fWhere},
	"private": {fPrivate}, "sensitivity": {fSensitivity}, "show time as": {fShown}, "categories": {fCategories},
}

// header says in which column a field stands, -1 for none.
type header [fields]int

// readHeader recognises a row of titles.
func readHeader(row []string) (h header, ok bool) {
	for i := range h {
		h[i] = -1
	}
	known := 0
	meeting := false
	for i, cell := range row {
		name := columnName(cell)
		list := columns[name]
		if len(list) == 0 {
			continue
		}
		known++
		meeting = meeting || list[0] == fTitle
		for _, f := range list {
			// "User Email" is the host's where a meeting is told, and the
			// participant's below it.
			if f == fHostEmail && !meeting && len(list) > 1 || f == fHost && !meeting && len(list) > 1 || f == fMinutes && (!meeting || h[fName] >= 0) {
				continue
			}
			if h[f] < 0 {
				h[f] = i
				break
			}
		}
	}
	if h[fStartDate] >= 0 { // the times of a calendar stand beside their dates
		h[fStartTime], h[fEndTime], h[fStart], h[fEnd] = h[fStart], h[fEnd], -1, -1
	}
	return h, known >= 2 && (h.calendar() || h.meetings() || h.participants())
}

func (h *header) calendar() bool     { return h[fTitle] >= 0 && h[fStartDate] >= 0 }
func (h *header) meetings() bool     { return h[fTitle] >= 0 && h[fStart] >= 0 }
func (h *header) participants() bool { return h[fName] >= 0 && (h[fJoin] >= 0 || h[fStayed] >= 0) }

// columnName makes the titles of columns comparable.
func columnName(s string) string {
	if i := strings.IndexByte(s, '('); i > 0 && !strings.HasPrefix(strings.ToLower(s[i:]), "(minutes") {
		s = s[:i]
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		case r == '\ufeff' || r == '?':
			return -1
		}
		return ' '
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// get returns a field of a row, "" where it has none.
func (h *header) get(row []string, f field) string {
	if i := h[f]; i >= 0 && i < len(row) {
		return strings.TrimSpace(row[i])
	}
	return ""
}

// sheet is an export while it is read.
type sheet struct {
	*file
	head    header
	any     bool // a row of titles was there
	rows    []row
	meeting int // number in rows of the Zoom meeting that participants follow; -1 for none
}

// row is an event of an export before its dates are understood.
type row struct {
	event
	start, end string // date and time
	minutes    int64  // less than 0 where nobody says
	joined     bool   // the participants are told
	there      bool   // the person is among them
	stayed     int64  // how long, in seconds
	guests     []guest
}

// maxRows bounds an export.
const maxRows = 200_000

// readCSV reads an export to its end. A row that cannot be read costs itself.
func readCSV(ctx context.Context, f *file, in io.Reader) error {
	s := &sheet{file: f, meeting: -1}
	r, err := rowsOf(in)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			var bad *csv.ParseError
			if !errors.As(err, &bad) {
				return err
			}
			s.lost(fmt.Sprintf("%s, line %d", f.name, bad.Line), "cannot be read: %v", bad.Err)
			continue
		}
		if n == maxRows {
			s.lost(f.name, "has more than %d rows; only the first are read", maxRows)
			break
		}
		s.take(cells, line)
	}
	if !s.any {
		return errors.New("is no export that is known: no row has the titles of columns, in English, of Zoom, Google Calendar or Outlook\nexport it again with English titles, or as iCalendar (.ics)")
	}
	s.finish()
	return nil
}

// rowsOf reads a table whatever its encoding and its separator.
func rowsOf(in io.Reader) (*csv.Reader, error) {
	b := bufio.NewReaderSize(plain(in), 64<<10)
	head, err := b.Peek(32 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	comma := separator(head)
	if line, _, ok := bytes.Cut(head, []byte("\n")); ok && len(line) <= 7 && bytes.HasPrefix(bytes.ToLower(line), []byte("sep=")) {
		_, _ = b.Discard(len(line) + 1)
	}
	var from io.Reader = b
	if !validStart(head) { // Outlook writes the code page of Windows
		from = transform.NewReader(b, charmap.Windows1252.NewDecoder())
	}
	r := csv.NewReader(from)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = comma, true, -1, true
	return r, nil
}

// validStart reports whether b is UTF-8 up to a character that its end cuts.
func validStart(b []byte) bool {
	for i := 0; i < utf8.UTFMax && len(b) > 0; i++ {
		if utf8.Valid(b) {
			return true
		}
		b = b[:len(b)-1]
	}
	return len(b) == 0
}

// separator is the one of comma, semicolon and tab that the first line with any
// of them has most of, outside of quotes.
func separator(head []byte) rune {
	for line := range bytes.Lines(head) {
		count := map[rune]int{}
		quoted := false
		for _, r := range string(line) {
			switch {
			case r == '"':
				quoted = !quoted
			case !quoted && (r == ',' || r == ';' || r == '\t'):
				count[r]++
			}
		}
		best, most := ',', 0
		for _, r := range []rune{',', ';', '\t'} {
			if count[r] > most {
				best, most = r, count[r]
			}
		}
		if most > 0 {
			return best
		}
	}
	return ','
}

// take deals with one row, which may be titles, a meeting or a participant.
func (s *sheet) take(cells []string, line int) {
	for i := range cells {
		if !utf8.ValidString(cells[i]) {
			cells[i] = strings.ToValidUTF8(cells[i], "\ufffd")
		}
	}
	if strings.TrimSpace(strings.Join(cells, "")) == "" {
		return
	}
	if h, ok := readHeader(cells); ok {
		s.head, s.any = h, true
		if !h.participants() {
			s.meeting = -1
		}
		return
	}
	if !s.any {
		return // what stands above the titles
	}
	sum := sha256.Sum256([]byte(strings.Join(cells, "\x00")))
	where := fmt.Sprintf("%s, line %d", s.name, line)
	switch {
	case s.head.calendar():
		s.planned(cells, sum, where)
	case s.head.meetings():
		s.held(cells, sum, where)
	case s.meeting >= 0:
		s.joined(&s.rows[s.meeting], cells)
	default:
		s.bad(where, "tells of somebody in a meeting that the file does not name; export it with the meeting's own row")
	}
}
