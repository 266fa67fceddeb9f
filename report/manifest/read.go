package manifest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"strconv"
)

// Fault is what is wrong with a file.
type Fault string

// The faults. Whatever the fault, the file is not to be relied on.
const (
	Foreign  Fault = "not a dossier report" // or one without a manifest
	CutShort Fault = "cut short"            // its end is missing
	Longer   Fault = "longer than written"  // something follows its end
	Changed  Fault = "changed"              // bytes are not those that were written
	Damaged  Fault = "damaged"              // sealed, but its manifest cannot be read
)

// FaultError says why a file is not a report as dossier wrote it.
type FaultError struct {
	Fault Fault
	Why   string
}

// Error gives the fault and, where there is more to say, why.
func (e *FaultError) Error() string {
	if e.Why == "" {
		return string(e.Fault)
	}
	return string(e.Fault) + ": " + e.Why
}

// MaxFile is the longest file, in bytes, that [Read] should be given.
const MaxFile = 512 << 20

var eof = []byte("%%EOF\n")

// Read returns the manifest of a file in which every byte is as [Embed] wrote
// it, else a [*FaultError]. It opens nothing of the file but its own manifest.
func Read(file []byte) (*Manifest, error) {
	if !headLine.Match(file) || !bytes.HasPrefix(file[len(headLine.Find(file)):], []byte(comment)) {
		return nil, unknown(file)
	}
	if !bytes.HasSuffix(file, eof) {
		return nil, ending(file)
	}
	l, err := parse(file)
	if err != nil {
		return nil, &FaultError{Changed, "its table of objects is not as written"}
	}
	m := sealLine.FindSubmatchIndex(l.trailer)
	if m == nil {
		return nil, &FaultError{Changed, "its seal is missing or not as written"}
	}
	// The trailer ends where startxref begins; its place in the file follows.
	place := bytes.LastIndex(file, []byte("\nstartxref\n")) + 1 - len(l.trailer) + m[4]
	if seal(file, place) != string(l.trailer[m[4]:m[5]]) {
		return nil, &FaultError{Changed, "its bytes are not those that dossier wrote"}
	}
	n, err := strconv.Atoi(string(l.trailer[m[2]:m[3]]))
	if err != nil || n < 1 || n > len(l.objects) {
		return nil, &FaultError{Damaged, "the manifest is not where its trailer says"}
	}
	raw, err := attached(file[l.objects[n-1]:l.xref])
	if err != nil {
		return nil, &FaultError{Damaged, err.Error()}
	}
	man, err := Decode(raw)
	if err != nil {
		return nil, &FaultError{Damaged, err.Error()}
	}
	return man, nil
}

// unknown tells what a file without our first lines is.
func unknown(file []byte) error {
	tail := file[max(0, len(file)-1024):]
	switch {
	case bytes.Contains(tail, []byte("\n"+sealKey+" [")) || bytes.Contains(file[:min(len(file), 256)], []byte("%dossier")):
		return &FaultError{Changed, "its first lines are not those that dossier wrote"}
	case !bytes.HasPrefix(file, []byte("%PDF-")):
		return &FaultError{Foreign, "not even a PDF"}
	}
	return &FaultError{Foreign, "it holds no manifest"}
}

// ending tells what became of the end of a file that begins as ours.
func ending(file []byte) error {
	at := bytes.LastIndex(file, append([]byte("\n"), eof...))
	switch tail := file[max(0, len(file)-16):]; {
	case at >= 0:
		return &FaultError{Longer, fmt.Sprintf("%d bytes follow its end", len(file)-at-1-len(eof))}
	case bytes.Contains(tail, []byte("EOF")) || bytes.Contains(tail, []byte("%%E")):
		return &FaultError{Changed, "its last line is not as written"}
	}
	return &FaultError{CutShort, "its end is missing"}
}

// attached returns the content of the manifest's stream, which begins object.
func attached(object []byte) ([]byte, error) {
	m := streamHead.FindSubmatchIndex(object[:min(len(object), 256)])
	if m == nil {
		return nil, errShape
	}
	n, err := strconv.Atoi(string(object[m[2]:m[3]]))
	if err != nil || n > len(object)-m[1] || !bytes.HasPrefix(object[m[1]+n:], []byte("\nendstream")) {
		return nil, errShape
	}
	z, err := zlib.NewReader(bytes.NewReader(object[m[1] : m[1]+n]))
	if err != nil {
		return nil, fmt.Errorf("unpack the manifest: %w", err)
	}
	raw, err := io.ReadAll(io.LimitReader(z, maxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("unpack the manifest: %w", err)
	case len(raw) > maxBytes:
		return nil, fmt.Errorf("the manifest is longer than %d MB", maxBytes>>20)
	}
	return raw, nil
}
