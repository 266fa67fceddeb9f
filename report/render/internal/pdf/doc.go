// Package pdf draws pages. It is the only place that knows the PDF library
// (gofpdf), and the drawing kit of the report: tokens, text, shapes, links.
//
// Lengths are millimetres from the top left corner, type sizes are points, and
// the y of a text is its baseline. Every text passes the gate (package gate) on
// its way in, and every address gate.Link.
//
// gofpdf keeps the pages, the fonts and the objects of the file. The text and
// the shapes of a page are written by this package straight into the page's
// content stream: gofpdf formats numbers slowly, panics on characters beyond
// U+FFFF, and has no fallback from one font to another.
package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jung-kurt/gofpdf"

	"github.com/dossier-report/dossier/report/gate"
)

// Options are what a document is made with.
type Options struct {
	Letter   bool     // paper: US Letter instead of A4
	Fallback [][]byte // TrueType files for characters that the report's font lacks, see [CheckFont]
	Allowed  func(host string) bool

	Title, Author, Subject string
	Made                   time.Time // creation and modification date; must not be zero
	Trace                  *Trace    // records what is drawn, for tests
}

// Doc is a document that is being drawn.
type Doc struct {
	W, H float64 // of a page

	f       *gofpdf.Fpdf
	opt     Options
	faces   [3]*face
	backups []*face

	page, pages int
	now         state
	scratch     []byte
	glyphs      []glyph
	later       [][]func() // by page
	ending      bool
	anchors     map[string]anchor
	jumps       []jump
	missing     missing
}

// state is what the content stream of the current page is set to.
type state struct {
	face         *face
	size         float64
	fill, stroke Color
	fillSet      bool
	strokeSet    bool
	width        float64
	dashed       bool
	spacing      float64
}

type anchor struct {
	page int
	y    float64
}

type jump struct {
	page       int
	x, y, w, h float64
	to         string
}

// Build makes a document with draw and writes it to w. Nothing is written when
// it fails; a panic while drawing or writing is an error.
func Build(w io.Writer, opt Options, draw func(*Doc) error) error {
	b, err := build(opt, draw)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

func build(opt Options, draw func(*Doc) error) (out []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("draw the pages: %v", r)
		}
	}()
	d, err := newDoc(opt)
	if err != nil {
		return nil, err
	}
	if err := draw(d); err != nil {
		return nil, err
	}
	if d.pages == 0 {
		return nil, errors.New("the document has no page")
	}
	d.finish()
	var b bytes.Buffer
	if err := d.f.Output(&b); err != nil {
		return nil, fmt.Errorf("write the pages: %w", err)
	}
	return pack(b.Bytes())
}

func newDoc(opt Options) (*Doc, error) {
	size := gofpdf.SizeType{Wd: 210, Ht: 297}
	if opt.Letter {
		size = gofpdf.SizeType{Wd: 215.9, Ht: 279.4}
	}
	if opt.Made.IsZero() {
		return nil, errors.New("the document has no date")
	}
	f := gofpdf.NewCustom(&gofpdf.InitType{OrientationStr: "P", UnitStr: "mm", Size: size})
	f.SetCatalogSort(true)  // else fonts and names come in the order of a map
	f.SetCompression(false) // see pack
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(0, 0, 0)
	f.SetDisplayMode("default", "default")
	f.SetCreationDate(opt.Made)
	f.SetModificationDate(opt.Made)
	f.SetProducer("dossier", false)
	d := &Doc{W: size.Wd, H: size.Ht, f: f, opt: opt, anchors: map[string]anchor{}}
	for i, name := range faceFiles {
		raw, err := fontFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if d.faces[i], err = newFace("dossier", []string{"", "I", "B"}[i], raw); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for i, raw := range opt.Fallback {
		if err := CheckFont(raw); err != nil {
			return nil, fmt.Errorf("fallback font %d %w", i+1, err)
		}
		b, err := newFace(fmt.Sprintf("backup%d", i+1), "", raw)
		if err != nil {
			return nil, fmt.Errorf("fallback font %d: %w", i+1, err)
		}
		d.backups = append(d.backups, b)
	}
	// The library takes no character beyond U+FFFF, in a name as little as on a page.
	f.SetTitle(d.spoken(gate.Title(opt.Title)), true)
	f.SetAuthor(d.spoken(gate.Line(opt.Author, 200)), true)
	f.SetSubject(d.spoken(gate.Line(opt.Subject, 200)), true)
	return d, nil
}

// AddPage begins a page.
func (d *Doc) AddPage() {
	d.f.AddPage()
	d.pages++
	d.page = d.pages
	d.later = append(d.later, nil)
	d.now = state{}
}

// Page returns the number of the current page, from 1.
func (d *Doc) Page() int { return d.page }

// Pages returns how many pages there are; in [Doc.Later] it is the last word.
func (d *Doc) Pages() int { return d.pages }

// Later has f draw on the current page when all pages are there, for whatever
// needs a page number that is not yet known.
func (d *Doc) Later(f func()) { d.later[d.page-1] = append(d.later[d.page-1], f) }

// Anchor names a place on the current page for [Doc.Jump] and [Doc.PageOf].
func (d *Doc) Anchor(name string, y float64) { d.anchors[name] = anchor{d.page, y} }

// PageOf returns the page of an anchor, 0 when there is none of that name.
func (d *Doc) PageOf(name string) int { return d.anchors[name].page }

// Jump makes an area lead to an anchor, once there is one of that name.
func (d *Doc) Jump(x, y, w, h float64, to string) {
	d.jumps = append(d.jumps, jump{d.page, x, y, w, h, to})
}

// Link makes an area lead to an address, and reports whether it does: an
// address that is not safe to click is left out.
func (d *Doc) Link(x, y, w, h float64, address string) bool {
	safe, ok := gate.Link(address, d.opt.Allowed)
	if ok {
		d.f.LinkString(x, y, w, h, safe)
	}
	return ok
}

// Safe reports whether an address may be clicked.
func (d *Doc) Safe(address string) bool {
	_, ok := gate.Link(address, d.opt.Allowed)
	return ok
}

// Bookmark adds an entry of the outline for a place on the current page. Level
// 0 is the outermost; a level may be at most one deeper than the last.
func (d *Doc) Bookmark(text string, level int, y float64) {
	d.use(d.faces[Regular], Body) // the library writes Unicode only while such a font is set
	d.f.Bookmark(d.spoken(gate.Line(text, 200)), level, y)
}

// finish draws what waited for the page numbers, connects the jumps, and tells
// gofpdf which characters were drawn.
func (d *Doc) finish() {
	d.ending = true
	for p := range d.later {
		for i := 0; i < len(d.later[p]); i++ {
			d.turn(p + 1)
			d.later[p][i]()
		}
	}
	ids := map[string]int{}
	for _, j := range d.jumps {
		a, ok := d.anchors[j.to]
		if !ok {
			continue
		}
		d.turn(j.page)
		id, ok := ids[j.to]
		if !ok {
			id = d.f.AddLink()
			d.f.SetLink(id, max(a.y, 0.1), a.page)
			ids[j.to] = id
		}
		d.f.Link(j.x, j.y, j.w, j.h, id)
	}
	d.turn(d.pages)
	d.embed()
}

func (d *Doc) turn(page int) {
	if d.page != page {
		d.page = page
		d.f.SetPage(page)
		// The page's stream is where it was left: dashed, perhaps.
		d.now = state{}
		d.write(append(d.scratch[:0], "[] 0 d 0 Tc"...))
	}
}

// embed has gofpdf mark the characters that were drawn, so that they are in the
// part of the font that goes into the file. Its own way to mark them is to draw
// them; a template that no page uses is drawn and left out of the file.
func (d *Doc) embed() {
	d.f.CreateTemplate(func(t *gofpdf.Tpl) {
		for _, f := range append(d.faces[:], d.backups...) {
			if f.added {
				t.SetFont(f.family, f.style, Body)
				t.Text(0, 0, string(f.runes))
			}
		}
	})
}
