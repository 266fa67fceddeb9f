package pdf

import (
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Source Sans 3, unmodified, under the SIL Open Font License 1.1; see
// fonts/OFL.txt. Embedded as they are: inflating them would cost more time than
// the whole program needs to start.
//
//go:embed fonts/*.ttf
var fontFiles embed.FS

var faceFiles = [...]string{
	Regular: "fonts/SourceSans3_400Regular.ttf",
	Italic:  "fonts/SourceSans3_400Regular_Italic.ttf",
	Bold:    "fonts/SourceSans3_600SemiBold.ttf",
}

// face is a font of a document: what it covers, how wide its characters are,
// and which of them were drawn.
type face struct {
	family, style string // under which gofpdf knows it
	raw           []byte
	font          *sfnt.Font
	buf           sfnt.Buffer
	perEm         fixed.Int26_6
	advance       []int16 // of each rune up to U+FFFF, see width; filled as asked
	added         bool    // to the document; a font that is added is embedded
	drawn         []uint64
	runes         []rune // drawn, in order of first use
}

const (
	unknownAdvance = 0
	noGlyph        = 1
	firstAdvance   = 2
)

func newFace(family, style string, raw []byte) (*face, error) {
	f, err := sfnt.Parse(raw)
	if err != nil {
		return nil, err
	}
	return &face{
		family: family, style: style, raw: raw, font: f,
		perEm:   fixed.Int26_6(f.UnitsPerEm()),
		advance: make([]int16, 1<<16),
		drawn:   make([]uint64, 1<<10),
	}, nil
}

// width returns how far r advances, in thousandths of an em, and whether the
// font has it at all.
func (f *face) width(r rune) (int, bool) {
	if r < 0 || r > 0xffff {
		return 0, false
	}
	if a := f.advance[r]; a != unknownAdvance {
		return int(a) - firstAdvance, a != noGlyph
	}
	f.advance[r] = noGlyph
	if i, err := f.font.GlyphIndex(&f.buf, r); err == nil && i != 0 {
		if a, err := f.font.GlyphAdvance(&f.buf, i, f.perEm, font.HintingNone); err == nil {
			w := math.Round(float64(a) * 1000 / float64(f.perEm))
			f.advance[r] = int16(min(max(w, 0), 30000)) + firstAdvance
		}
	}
	a := f.advance[r]
	return int(a) - firstAdvance, a != noGlyph
}

// mark remembers that r was drawn.
func (f *face) mark(r rune) {
	if bit := uint64(1) << (r & 63); f.drawn[r>>6]&bit == 0 {
		f.drawn[r>>6] |= bit
		f.runes = append(f.runes, r)
	}
}

// CheckFont reports why a font file cannot be embedded. The library underneath
// takes TrueType outlines with a Unicode table of format 4 and nothing else;
// it prints to stdout or panics on the rest, so the rest must not reach it.
func CheckFont(raw []byte) error {
	if len(raw) < 12 {
		return errors.New("is not a font")
	}
	switch string(raw[:4]) {
	case "\x00\x01\x00\x00", "true":
	case "OTTO":
		return errors.New("has PostScript outlines (OTF/CFF)\nuse a TrueType file (.ttf)")
	case "ttcf":
		return errors.New("is a collection of fonts (TTC)\nuse a single TrueType file (.ttf)")
	default:
		return errors.New("is not a TrueType font")
	}
	t, err := tables(raw)
	if err != nil {
		return err
	}
	for _, name := range []string{"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"} {
		if len(t[name]) < 6 {
			return fmt.Errorf("has no table %q", name)
		}
	}
	u16 := func(name string, at int) int {
		if b := t[name]; at+2 <= len(b) {
			return int(binary.BigEndian.Uint16(b[at:]))
		}
		return -1
	}
	switch {
	case u16("name", 0) != 0:
		return errors.New("has a name table of an unknown format")
	case u16("head", 18) <= 0, u16("head", 50) > 1, u16("head", 52) != 0:
		return errors.New("has a head table of an unknown format")
	case u16("hhea", 32) != 0, u16("hhea", 34) <= 0:
		return errors.New("has no horizontal metrics")
	case u16("OS/2", 8) >= 0 && (u16("OS/2", 8) == 2 || u16("OS/2", 8)&0x300 != 0):
		return errors.New("forbids embedding")
	case !hasFormat4(t["cmap"]):
		return errors.New("has no Unicode table of format 4")
	}
	_, err = sfnt.Parse(raw)
	return err
}

func tables(raw []byte) (map[string][]byte, error) {
	n := int(binary.BigEndian.Uint16(raw[4:]))
	t := make(map[string][]byte, n)
	for i := range n {
		at := 12 + 16*i
		if at+16 > len(raw) {
			return nil, errors.New("is cut short")
		}
		off, size := uint64(binary.BigEndian.Uint32(raw[at+8:])), uint64(binary.BigEndian.Uint32(raw[at+12:]))
		if off+size > uint64(len(raw)) {
			return nil, errors.New("is cut short")
		}
		t[string(raw[at:at+4])] = raw[off : off+size]
	}
	return t, nil
}

// hasFormat4 looks for the table that the library underneath takes: the first
// of format 4 that is Unicode's or Microsoft's.
func hasFormat4(cmap []byte) bool {
	u16 := func(at int) int {
		if at < 0 || at+2 > len(cmap) {
			return -1
		}
		return int(binary.BigEndian.Uint16(cmap[at:]))
	}
	for i := range max(u16(2), 0) {
		at := 4 + 8*i
		if at+8 > len(cmap) {
			return false
		}
		system, coding := u16(at), u16(at+2)
		if system == 0 || system == 3 && coding == 1 {
			if u16(int(binary.BigEndian.Uint32(cmap[at+4:]))) == 4 {
				return true
			}
		}
	}
	return false
}
