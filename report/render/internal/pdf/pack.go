package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// largeFile is from where speed counts for more than size, in bytes.
const largeFile = 4 << 20

var (
	errPack    = errors.New("the file's table of objects does not fit its objects")
	plainBegin = regexp.MustCompile(`^\d+ 0 obj\n<</Length (\d+)>>\nstream\n`)
)

// pack compresses the streams that gofpdf wrote plain, and moves the table of
// objects (ISO 32000-1 7.5.4). gofpdf can compress by itself, with a new
// compressor of a megabyte for each page: that takes half of its time.
func pack(raw []byte) ([]byte, error) {
	start, offsets, err := table(raw)
	if err != nil {
		return nil, err
	}
	level := zlib.DefaultCompression
	if len(raw) > largeFile {
		level = zlib.BestSpeed
	}
	var z bytes.Buffer
	w, err := zlib.NewWriterLevel(&z, level)
	if err != nil {
		return nil, err
	}
	order := slices.Clone(offsets)
	slices.Sort(order)
	moved := make(map[int]int, len(order))
	out := bytes.NewBuffer(make([]byte, 0, len(raw)/3))
	out.Write(raw[:order[0]])
	for i, at := range order {
		end := start
		if i+1 < len(order) {
			end = order[i+1]
		}
		moved[at] = out.Len()
		if err := packObject(out, raw[at:end], w, &z); err != nil {
			return nil, err
		}
	}
	xref := out.Len()
	fmt.Fprintf(out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, at := range offsets {
		fmt.Fprintf(out, "%010d 00000 n \n", moved[at])
	}
	trailer := bytes.Index(raw[start:], []byte("trailer\n"))
	last := bytes.LastIndex(raw, []byte("startxref\n"))
	if trailer < 0 || last < start+trailer {
		return nil, errPack
	}
	out.Write(raw[start+trailer : last])
	fmt.Fprintf(out, "startxref\n%d\n%%%%EOF\n", xref)
	return out.Bytes(), nil
}

// table reads where the table of objects begins and where each object does.
func table(raw []byte) (start int, offsets []int, err error) {
	at := bytes.LastIndex(raw, []byte("startxref\n"))
	if at < 0 {
		return 0, nil, errPack
	}
	var n int
	if _, err := fmt.Sscanf(string(raw[at:]), "startxref\n%d\n", &start); err != nil || start < 0 || start >= at {
		return 0, nil, errPack
	}
	if _, err := fmt.Sscanf(string(raw[start:min(start+40, len(raw))]), "xref\n0 %d\n", &n); err != nil || n < 2 {
		return 0, nil, errPack
	}
	const line = 20 // bytes of a row of the table
	rows := start + len("xref\n0 \n") + len(strconv.Itoa(n)) + line
	if rows+(n-1)*line > len(raw) {
		return 0, nil, errPack
	}
	for i := range n - 1 {
		o, err := strconv.Atoi(string(raw[rows+i*line : rows+i*line+10]))
		if err != nil || o <= 0 || o >= start {
			return 0, nil, errPack
		}
		offsets = append(offsets, o)
	}
	return start, offsets, nil
}

func packObject(out *bytes.Buffer, object []byte, w *zlib.Writer, z *bytes.Buffer) error {
	m := plainBegin.FindSubmatchIndex(object)
	if m == nil {
		out.Write(object)
		return nil
	}
	n, err := strconv.Atoi(string(object[m[2]:m[3]]))
	if err != nil || m[1]+n > len(object) || !bytes.HasPrefix(object[m[1]+n:], []byte("\nendstream")) {
		return errPack
	}
	z.Reset()
	w.Reset(z)
	if _, err := w.Write(object[m[1] : m[1]+n]); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	head, _, _ := bytes.Cut(object, []byte("\n"))
	fmt.Fprintf(out, "%s\n<</Filter /FlateDecode /Length %d>>\nstream\n", head, z.Len())
	out.Write(z.Bytes())
	out.Write(object[m[1]+n:])
	return nil
}
