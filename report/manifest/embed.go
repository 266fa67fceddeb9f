package manifest

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// A sealed file differs from a plain one in this: a comment on its second line,
// so that a cut-off file is known for what it was; an attachment (ISO 32000-1
// 7.11.4) named in the catalog; and a private key of the trailer, in the form
// that annex E of the standard reserves for them, with the attachment's object
// and the digest.
const (
	comment   = "%dossier \xe2\xe3\xcf\xd3\n"
	fileName  = "dossier-manifest.json"
	sealKey   = "/XXDossier"
	digestLen = 2 * sha256.Size
	rowLen    = 20 // bytes of a row of the table of objects
)

var (
	errShape   = errors.New("the file is not shaped as dossier writes it")
	headLine   = regexp.MustCompile(`^%PDF-1\.\d\n`)
	tailLines  = regexp.MustCompile(`\nstartxref\n(\d{1,12})\n%%EOF\n$`)
	tableHead  = regexp.MustCompile(`^xref\n0 (\d{1,9})\n`)
	sizeLine   = regexp.MustCompile(`(?m)^/Size \d+$`)
	rootLine   = regexp.MustCompile(`(?m)^/Root (\d{1,9}) 0 R$`)
	namesEntry = regexp.MustCompile(`/EmbeddedFiles << /Names \[\s*\] >>`)
	sealLine   = regexp.MustCompile(`(?m)^` + sealKey + ` \[(\d{1,9}) 0 R <([0-9a-f]{64})>\]$`)
	streamHead = regexp.MustCompile(`^\d{1,9} 0 obj\n<</Type /EmbeddedFile /Subtype /application#2Fjson /Params <</Size \d{1,12}>> /Filter /FlateDecode /Length (\d{1,12})>>\nstream\n`)
)

// layout is where the parts of a PDF of one revision with a plain table stand.
type layout struct {
	xref    int // where the table begins
	objects []int
	trailer []byte // from "trailer" to before "startxref"
}

// parse reads the table of a file that [Embed] or the report's PDF back end
// wrote; no other shape is known. Its work is bounded by the file's length.
func parse(pdf []byte) (l layout, err error) {
	tail := max(0, len(pdf)-64)
	m := tailLines.FindSubmatchIndex(pdf[tail:])
	if m == nil || !headLine.Match(pdf) {
		return l, errShape
	}
	l.xref, err = strconv.Atoi(string(pdf[tail+m[2] : tail+m[3]]))
	end := tail + m[0] + 1
	if err != nil || l.xref <= 0 || l.xref >= end {
		return l, errShape
	}
	head := tableHead.FindSubmatch(pdf[l.xref:min(end, l.xref+32)])
	if head == nil {
		return l, errShape
	}
	n, err := strconv.Atoi(string(head[1]))
	rows := l.xref + len(head[0])
	if err != nil || n < 2 || n > (end-rows)/rowLen {
		return l, errShape
	}
	for i := 1; i < n; i++ {
		at, err := strconv.Atoi(string(pdf[rows+i*rowLen : rows+i*rowLen+10]))
		if err != nil || at <= 0 || at >= l.xref {
			return l, errShape
		}
		l.objects = append(l.objects, at)
	}
	l.trailer = pdf[rows+n*rowLen : end]
	if !bytes.HasPrefix(l.trailer, []byte("trailer\n<<\n")) {
		return l, errShape
	}
	return l, nil
}

// Embed returns the PDF with the manifest attached, sealed. It takes the files
// of the report's PDF back end: one revision, a plain table of objects, the
// catalog last and with an empty list of attachments. The same input gives the
// same bytes, and nothing in the file becomes active.
func Embed(pdf []byte, m *Manifest) ([]byte, error) {
	raw, err := m.Encode()
	if err != nil {
		return nil, err
	}
	if len(raw) > maxBytes {
		return nil, fmt.Errorf("embed the manifest: it would be %d MB long", len(raw)>>20)
	}
	l, err := parse(pdf)
	if err != nil {
		return nil, fmt.Errorf("embed the manifest: %w", err)
	}
	n := len(l.objects)
	root := rootLine.FindSubmatch(l.trailer)
	catalog := l.objects[n-1]
	if root == nil || string(root[1]) != strconv.Itoa(n) || !namesEntry.Match(pdf[catalog:l.xref]) {
		return nil, fmt.Errorf("embed the manifest: %w", errShape)
	}
	packed, err := deflate(raw)
	if err != nil {
		return nil, fmt.Errorf("embed the manifest: %w", err)
	}
	first := headLine.Find(pdf)
	out := bytes.NewBuffer(make([]byte, 0, len(pdf)+len(packed)+1024))
	out.Write(first)
	out.WriteString(comment)
	out.Write(pdf[len(first):catalog])
	out.Write(namesEntry.ReplaceAll(pdf[catalog:l.xref],
		fmt.Appendf(nil, "/EmbeddedFiles << /Names [(%s) %d 0 R] >>", fileName, n+2)))
	at := [2]int{out.Len()}
	fmt.Fprintf(out, "%d 0 obj\n<</Type /EmbeddedFile /Subtype /application#2Fjson /Params <</Size %d>> /Filter /FlateDecode /Length %d>>\nstream\n", n+1, len(raw), len(packed))
	out.Write(packed)
	out.WriteString("\nendstream\nendobj\n")
	at[1] = out.Len()
	fmt.Fprintf(out, "%d 0 obj\n<</Type /Filespec /F (%s) /EF <</F %d 0 R>>>>\nendobj\n", n+2, fileName, n+1)
	xref := out.Len()
	fmt.Fprintf(out, "xref\n0 %d\n0000000000 65535 f \n", n+3)
	for _, o := range l.objects {
		fmt.Fprintf(out, "%010d 00000 n \n", o+len(comment))
	}
	fmt.Fprintf(out, "%010d 00000 n \n%010d 00000 n \n", at[0], at[1])
	trailer := sizeLine.ReplaceAll(l.trailer, fmt.Appendf(nil, "/Size %d", n+3))
	head := fmt.Sprintf("trailer\n<<\n%s [%d 0 R <", sealKey, n+1)
	place := out.Len() + len(head)
	out.WriteString(head)
	out.Write(bytes.Repeat([]byte("0"), digestLen))
	out.WriteString(">]\n")
	out.Write(bytes.TrimPrefix(trailer, []byte("trailer\n<<\n")))
	fmt.Fprintf(out, "startxref\n%d\n%%%%EOF\n", xref)
	file := out.Bytes()
	copy(file[place:], seal(file, place))
	return file, nil
}

// seal returns the digest of the file with the place of the digest left out.
func seal(file []byte, place int) string {
	h := sha256.New()
	h.Write(file[:place])
	h.Write(file[place+digestLen:])
	return hex.EncodeToString(h.Sum(nil))
}

func deflate(raw []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}
