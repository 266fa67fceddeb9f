package pdf

// Color is an sRGB colour.
type Color struct{ R, G, B uint8 }

// The colours of the report. The ratios are contrasts against white (WCAG 2.1,
// 1.4.3); every text stands at 4.5:1 or more on its own background.
var (
	Ink      = Color{0x17, 0x21, 0x2E} // text, 16.2:1
	Muted    = Color{0x56, 0x62, 0x73} // secondary text, 6.2:1
	Faint    = Color{0x88, 0x93, 0xA3} // axes and dashes, never text, 3.1:1
	Hair     = Color{0xD7, 0xDD, 0xE5}
	Panel    = Color{0xF3, 0xF6, 0xFA}
	White    = Color{0xFF, 0xFF, 0xFF}
	Blue1    = Color{0xDC, 0xE8, 0xF5} // one ramp, ordered by lightness (L* 92 79 63 45 31), so that it prints in grey
	Blue2    = Color{0xA8, 0xC6, 0xE6}
	Blue3    = Color{0x6C, 0x9C, 0xCF}
	Blue4    = Color{0x2F, 0x6D, 0xB1}
	Blue5    = Color{0x1B, 0x4A, 0x82}
	Accent   = Color{0xC2, 0x47, 0x0B} // "look here", 5.0:1; always with a word, a dash or a hatch
	AccentLt = Color{0xFB, 0xE9, 0xDF}
	Green    = Color{0x1A, 0x7A, 0x57}
	GreenLt  = Color{0xE1, 0xF2, 0xEB}
	Amber    = Color{0x8A, 0x5A, 0x00}
	AmberLt  = Color{0xFB, 0xF0, 0xD9}
)

// Type sizes in points. Nothing is smaller than Badge.
const (
	Badge = 6.6
	Micro = 7.0
	Small = 8.0
	Text8 = 8.6 // text of a card
	Body  = 9.2
	Lead  = 11.0
	H3    = 11.0
	H2    = 17.0
	H1    = 25.0
)

// Line widths and corner radii in millimetres.
const (
	HairLine   = 0.2
	CardLine   = 0.3
	HeadLine   = 0.35
	CardRadius = 1.2
	ChipRadius = 1.0
)

// Page geometry in millimetres.
const (
	MarginX = 17.0
	MarginY = 15.0
	Gutter  = 4.0
)

// pt is the length of a point in millimetres.
const pt = 25.4 / 72

// Face is a cut of the report's font.
type Face uint8

// The faces. Regular inside a text means the face of the text.
const (
	Regular Face = iota
	Italic
	Bold // SemiBold
)

// Style is how a text is set: face, size in points, colour.
type Style struct {
	Face  Face
	Size  float64
	Color Color
}
