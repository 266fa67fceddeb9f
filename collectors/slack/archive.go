package slack

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// limits are what a zip may hold. A zip's own words about its sizes are not
// trusted: what is counted is what comes out of it.
type limits struct {
	entries   int   // that it lists
	directory int64 // bytes of its list
	file      int64 // bytes of one file, unpacked
	message   int   // bytes of one message
	ratio     int64 // unpacked to packed, of what is larger than ratioFrom
	ratioFrom int64
	// Of all that is read: so much in any case, and above it so many times the
	// size of the zip. Messages shrink to a tenth, seldom to a thirtieth.
	total int64
	times int64
}

// guard are the limits in use.
var guard = limits{
	entries: 200_000, directory: 64 << 20, file: 64 << 20, message: 4 << 20,
	ratio: 100, ratioFrom: 1 << 20, total: 1 << 30, times: 30,
}

// errBomb says that a file of the zip unpacks to far more than any export does.
var errBomb = errors.New("it unpacks to far more than an export does and was not read further: a zip bomb?")

// archive is an open zip. It is only read: nothing of it ever is a file.
type archive struct {
	file   *os.File
	zip    *zip.Reader
	size   int64
	digest string // of size, time of change and list of contents
	read   int64  // bytes unpacked so far
	limits limits
}

// openArchive opens a zip and looks at the end of it alone.
func openArchive(path string, lim limits) (*archive, error) {
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, errors.New("no such file\ncorrect sources.slack.export")
	case err != nil:
		return nil, cause(err)
	case st.IsDir():
		return nil, errors.New("is a folder\nname the zip that Slack gave, not what was unpacked from it")
	case !st.Mode().IsRegular(): // opening a pipe would wait for ever
		return nil, errors.New("is not a file\ncorrect sources.slack.export")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, cause(err)
	}
	a := &archive{file: f, size: st.Size(), limits: lim}
	if err := a.summarize(st.ModTime().UnixNano()); err != nil {
		f.Close()
		return nil, err
	}
	return a, nil
}

func (a *archive) close() { _ = a.file.Close() }

// cause takes the path away from an error: it is named already.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

var errNoZip = errors.New("is not a whole zip: it was cut short or is something else\ndownload it again")

// The records at the end of a zip: sections 4.3.14 to 4.3.16 of
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
const (
	endSign, endLen         = 0x06054b50, 22
	locatorSign, locatorLen = 0x07064b50, 20
	end64Sign, end64Len     = 0x06064b50, 56
)

// summarize reads how many entries the zip lists, before anything is made of
// them, and the digest of the list.
func (a *archive) summarize(changed int64) error {
	tail := make([]byte, min(a.size, endLen+1<<16))
	from := a.size - int64(len(tail))
	if _, err := a.file.ReadAt(tail, from); err != nil && err != io.EOF {
		return cause(err)
	}
	at := -1
	for i := len(tail) - endLen; i >= 0; i-- {
		if binary.LittleEndian.Uint32(tail[i:]) == endSign {
			at = i
			break
		}
	}
	if at < 0 {
		return errNoZip
	}
	end := tail[at:]
	count, bytes := uint64(binary.LittleEndian.Uint16(end[10:])), uint64(binary.LittleEndian.Uint32(end[12:]))
	stop := from + int64(at)
	if loc := at - locatorLen; loc >= 0 && binary.LittleEndian.Uint32(tail[loc:]) == locatorSign {
		stop = int64(binary.LittleEndian.Uint64(tail[loc+8:]))
		big := make([]byte, end64Len)
		if stop < 0 || stop > a.size-end64Len {
			return errNoZip
		}
		if _, err := a.file.ReadAt(big, stop); err != nil || binary.LittleEndian.Uint32(big) != end64Sign {
			return errNoZip
		}
		count, bytes = binary.LittleEndian.Uint64(big[32:]), binary.LittleEndian.Uint64(big[40:])
	}
	switch {
	case count > uint64(a.limits.entries):
		return fmt.Errorf("lists %d files, more than the %d that are read\nexport a shorter time", count, a.limits.entries)
	case bytes > uint64(a.limits.directory):
		return fmt.Errorf("has a list of contents of %d bytes, more than the %d that are read\nexport a shorter time", bytes, a.limits.directory)
	case bytes > uint64(stop):
		return errNoZip
	}
	sum := sha256.New()
	fmt.Fprintln(sum, a.size, changed)
	if _, err := io.Copy(sum, io.NewSectionReader(a.file, stop-int64(bytes), int64(bytes))); err != nil {
		return cause(err)
	}
	a.digest = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// list reads the list of contents. It returns the entries that can be read, by
// name, and for each other what is wrong with it.
func (a *archive) list() (map[string]*zip.File, map[string]string, error) {
	z, err := zip.NewReader(a.file, a.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, nil, errNoZip
	}
	a.zip = z
	good, bad := map[string]*zip.File{}, map[string]string{}
	var packed uint64
	locked := 0
	for _, f := range z.File {
		if packed += f.CompressedSize64; packed > uint64(a.size) {
			return nil, nil, errors.New("lists more than it holds: its files lie over each other, as in a zip bomb")
		}
		if f.Flags&1 != 0 {
			locked++
		}
		n := strings.TrimPrefix(f.Name, "./")
		why := badEntry(f, n)
		if good[n] != nil {
			why = "two files have this name"
			delete(good, n)
		}
		switch {
		case why != "" && len(bad) < 1000:
			bad[n] = why
		case why == "" && n != "" && bad[n] == "" && !strings.HasSuffix(n, "/"):
			good[n] = f
		}
	}
	if locked > 0 && locked == len(z.File)-folders(z) {
		return nil, nil, errors.New("is encrypted\nunpack it with its password and make a zip without one")
	}
	return good, bad, nil
}

func folders(z *zip.Reader) (n int) {
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			n++
		}
	}
	return n
}

// badEntry says why an entry is not read. Nothing is ever written by its name,
// but a name that leads out of the archive is an attempt at something.
func badEntry(f *zip.File, name string) string {
	clean := path.Clean(strings.TrimSuffix(name, "/"))
	switch {
	case name == "":
		return "" // the folder itself
	case strings.ContainsAny(name, "\x00\n\r"):
		return "it has no proper name"
	case strings.Contains(name, `\`):
		return "its name has a backslash"
	case path.IsAbs(name), len(name) > 1 && name[1] == ':', clean == "..", strings.HasPrefix(clean, "../"),
		strings.TrimSuffix(name, "/") != clean:
		return "its name leads out of the archive"
	case f.Flags&1 != 0:
		return "it is encrypted"
	case f.Mode()&os.ModeSymlink != 0:
		return "it is a link"
	case !f.Mode().IsRegular() && !f.Mode().IsDir():
		return "it is not a file"
	}
	return ""
}

// open begins to read an entry. What is read is counted, and ends with [errBomb]
// when it becomes too much.
func (a *archive) open(f *zip.File) (io.ReadCloser, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &counted{ReadCloser: r, a: a, packed: int64(min(f.CompressedSize64, uint64(a.size)))}, nil
}

// counted is an entry that is being read.
type counted struct {
	io.ReadCloser
	a      *archive
	packed int64
	n      int64
}

func (c *counted) Read(p []byte) (int, error) {
	lim := &c.a.limits
	n, err := c.ReadCloser.Read(p)
	c.n += int64(n)
	c.a.read += int64(n)
	switch {
	case c.n > lim.file, c.n > lim.ratioFrom && c.n > lim.ratio*c.packed:
		return 0, errBomb
	case c.a.read > max(lim.total, lim.times*c.a.size), c.a.read > 64*lim.ratioFrom && c.a.read > 2*lim.ratio*c.a.size:
		return 0, errSpent
	case errors.Is(err, zip.ErrChecksum):
		return n, errors.New("it is damaged: its checksum is wrong")
	case errors.Is(err, zip.ErrFormat):
		return n, errors.New("it is damaged: it holds more or less than the zip's list says")
	}
	return n, err
}

// errSpent says that the zip as a whole unpacks to too much.
var errSpent = errors.New("all of it unpacks to far more than an export does and was not read further: a zip bomb?")
