package objectives

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/evidence"
)

// benchText is prose of about n bytes made of words as they are used: few often,
// many seldom (Zipf), and some of the rules' own words.
func benchText(rng *rand.Rand, zipf *rand.Zipf, n int) string {
	var b strings.Builder
	for b.Len() < n {
		k := zipf.Uint64()
		switch {
		case rng.IntN(60) == 0:
			b.WriteString([]string{"training", "tests", "review", "diffusion", "multi-GPU", "pipeline"}[rng.IntN(6)])
		case k%7 == 0:
			b.WriteString(strings.ToUpper(benchWord(k)[:1]) + benchWord(k)[1:])
		default:
			b.WriteString(benchWord(k))
		}
		switch rng.IntN(14) {
		case 0:
			b.WriteString(". ")
		case 1:
			b.WriteString("\n")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

var syllables = []string{"ta", "ren", "mo", "li", "con", "ver", "st", "able", "ing", "pre", "der", "ma", "tion", "so", "un", "ed"}

func benchWord(k uint64) string {
	w := syllables[k%16]
	for k /= 16; k > 0; k /= 16 {
		w += syllables[k%16]
	}
	if len(w) < 2 {
		w += "e"
	}
	return w
}

func benchItems(n int) []evidence.Item {
	rng := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(rng, 1.2, 4, 20000)
	items := make([]evidence.Item, n)
	for i := range items {
		items[i] = evidence.Item{
			ID: fmt.Sprintf("github:acme/api#%d", i), Source: "github", Kind: evidence.PullRequest, Place: "acme/api",
			Title: benchText(rng, zipf, 50), Text: benchText(rng, zipf, 750),
			Acts: []evidence.Act{{At: time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC), Verb: evidence.Opened}},
		}
	}
	return items
}

// benchObjectives are n objectives of 40 words and phrases each.
func benchObjectives(n int) []Objective {
	rng := rand.New(rand.NewPCG(3, 4))
	objs := make([]Objective, n)
	for i := range objs {
		o := Objective{ID: fmt.Sprintf("objective-%d", i), Title: "Objective"}
		for r := range 4 {
			rule := Rule{Name: fmt.Sprintf("rule %d", r), Kinds: []evidence.Kind{evidence.PullRequest, evidence.Commit}, Weight: 0.6}
			for w := range 10 {
				word := benchWord(uint64(200 + rng.IntN(19000)))
				if w%3 == 0 {
					word += " " + benchWord(uint64(20+rng.IntN(2000)))
				}
				rule.Words = append(rule.Words, word)
			}
			o.Rules = append(o.Rules, rule)
		}
		o.Rules[0].Words = append(o.Rules[0].Words, "training", "multi GPU", "review")
		objs[i] = o
	}
	return objs
}

// tokenise is the least that any mapping must do: split the text into words,
// fold their case and hash them, and look nothing up.
func tokenise(items []evidence.Item) (sum uint64) {
	for i := range items {
		for _, text := range [2]string{items[i].Title, items[i].Text} {
			h := uint64(fnvOffset)
			for j := range len(text) {
				c := text[j]
				if classes[c] < lower {
					sum += h
					h = fnvOffset
					continue
				}
				h = (h ^ uint64(lowerASCII(c))) * fnvPrime
			}
			sum += h
		}
	}
	return sum
}

// byRegexp maps with one alternation an objective, as one would without this
// package.
func byRegexp(items []evidence.Item, res []*regexp.Regexp) (n int) {
	for i := range items {
		for _, re := range res {
			n += len(re.FindAllStringIndex(items[i].Title, -1)) + len(re.FindAllStringIndex(items[i].Text, -1))
		}
	}
	return n
}

func alternations(objs []Objective) (res []*regexp.Regexp) {
	for _, o := range objs {
		var words []string
		for _, r := range o.Rules {
			for _, w := range r.Words {
				words = append(words, strings.ReplaceAll(regexp.QuoteMeta(w), " ", `\s+`)+`\w*`)
			}
		}
		res = append(res, regexp.MustCompile(`(?i)\b(?:`+strings.Join(words, "|")+`)\b`))
	}
	return res
}

var sink uint64

// BenchmarkMap measures the mapping of 10,000 items of 800 characters with 5
// and with 20 objectives against a bare tokenising pass and against regular
// expressions (on 200 of the items), in turn, and reports medians of ratios.
func BenchmarkMap(b *testing.B) {
	items := benchItems(10_000)
	few, many := benchObjectives(5), benchObjectives(20)
	m5, err := NewMapper(few, nil)
	if err != nil {
		b.Fatal(err)
	}
	m20, err := NewMapper(many, nil)
	if err != nil {
		b.Fatal(err)
	}
	res := alternations(few)
	small := items[:200]
	m5.Map(items, nil) // the words are then known
	m20.Map(items, nil)
	var bare, growth, slower []float64
	var rate float64
	for b.Loop() {
		t := took(func() { sink += tokenise(items) })
		t5 := took(func() { sink += uint64(len(m5.Map(items, nil).cells)) })
		t20 := took(func() { sink += uint64(len(m20.Map(items, nil).cells)) })
		tre := took(func() { sink += uint64(byRegexp(small, res)) })
		bare = append(bare, t/t5)
		growth = append(growth, t20/t5)
		slower = append(slower, tre/t5*float64(len(items))/float64(len(small)))
		rate = float64(len(items)) / t5
	}
	b.ReportMetric(median(bare), "items/tokenising")
	b.ReportMetric(median(growth), "time20/time5")
	b.ReportMetric(median(slower), "regexp/ours")
	b.ReportMetric(rate, "items/s")
}

func took(f func()) float64 {
	start := time.Now()
	f()
	return time.Since(start).Seconds()
}

func median(xs []float64) float64 {
	slices.Sort(xs)
	return xs[len(xs)/2]
}

// BenchmarkMapTemplate maps with the rules of a real template.
func BenchmarkMapTemplate(b *testing.B) {
	items := benchItems(10_000)
	objs, err := Template("senior-ml-scientist")
	if err != nil {
		b.Fatal(err)
	}
	m, err := NewMapper(objs, nil)
	if err != nil {
		b.Fatal(err)
	}
	m.Map(items, nil)
	var bare []float64
	for b.Loop() {
		t := took(func() { sink += tokenise(items) })
		bare = append(bare, t/took(func() { sink += uint64(len(m.Map(items, nil).cells)) }))
	}
	b.ReportMetric(median(bare), "items/tokenising")
}

// BenchmarkMapCompetencies maps with 5 and with 20 objectives over the
// catalogue against a bare tokenising pass.
func BenchmarkMapCompetencies(b *testing.B) {
	items := benchItems(10_000)
	all := Catalogue()
	objs := make([]Objective, 20)
	for i := range objs {
		objs[i] = Objective{ID: fmt.Sprintf("objective-%d", i), Title: "Objective", Competencies: []CompetencyWeight{{ID: all[i].ID}, {ID: all[i+1].ID, Weight: 0.4}}}
	}
	m5, err := NewMapper(objs[:5], nil)
	if err != nil {
		b.Fatal(err)
	}
	m20, err := NewMapper(objs, nil)
	if err != nil {
		b.Fatal(err)
	}
	m5.Map(items, nil)
	m20.Map(items, nil)
	var bare, growth []float64
	for b.Loop() {
		t := took(func() { sink += tokenise(items) })
		t5 := took(func() { sink += uint64(len(m5.Map(items, nil).cells)) })
		t20 := took(func() { sink += uint64(len(m20.Map(items, nil).cells)) })
		bare, growth = append(bare, t/t5), append(growth, t20/t5)
	}
	b.ReportMetric(median(bare), "items/tokenising")
	b.ReportMetric(median(growth), "time20/time5")
}
