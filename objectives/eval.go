package objectives

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/dossier-report/dossier/evidence"
)

// Label says for which objectives an item really is evidence, as somebody
// judged who read it. One label a line of a labels file.
type Label struct {
	ID         string   `json:"id"` // of the item
	Objectives []string `json:"objectives"`
	// Unsure are objectives on which the readers disagree; such a pair of item
	// and objective does not count.
	Unsure []string `json:"unsure,omitempty"`
	// Strength is how strong the evidence is by objective, from 1 (weak) to 3
	// (the main point).
	Strength map[string]float64 `json:"strength,omitempty"`
}

// ReadLabels reads labels as JSON Lines, strictly. A line that is not valid is
// an error that names its number, and every good line is returned all the same.
func ReadLabels(r io.Reader) ([]Label, error) {
	var labels []Label
	var errs []error
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, evidence.MaxLine)
	seen := map[string]int{}
	for n := 1; sc.Scan(); n++ {
		line := bytes.TrimSpace(bytes.TrimPrefix(sc.Bytes(), []byte("\ufeff")))
		if len(line) == 0 {
			continue
		}
		var l Label
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		err := d.Decode(&l)
		if err == nil {
			if _, more := d.Token(); more != io.EOF {
				err = errors.New("more than one value on the line")
			} else if l.ID == "" {
				err = errors.New("id is missing")
			} else if first := seen[l.ID]; first > 0 {
				err = fmt.Errorf("%q is labelled on line %d already", l.ID, first)
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		seen[l.ID] = n
		labels = append(labels, l)
	}
	return labels, errors.Join(append(errs, sc.Err())...)
}

// Result compares the mapping with labels for one objective.
type Result struct {
	Objective string `json:"-"`
	// N is how many items the labels give to the objective, those that are
	// unsure left out.
	N int `json:"n"`
	// TP, FP and FN count the items rightly chosen, wrongly chosen, and
	// wrongly not chosen.
	TP int `json:"tp"`
	FP int `json:"fp"`
	FN int `json:"fn"`
	// Precision is TP/(TP+FP), Recall TP/(TP+FN), F1 their harmonic mean,
	// 2TP/(2TP+FP+FN). A quotient of 0 by 0 is 0.
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	// WronglyChosen and Missed are the ids behind FP and FN, in the order of
	// the items, for a reader who wants to mend a rule.
	WronglyChosen []string `json:"wrongly_chosen,omitempty"`
	Missed        []string `json:"missed,omitempty"`
}

// Evaluation is what [Evaluate] found.
type Evaluation struct {
	Results []Result `json:"-"` // in the objectives' order; JSON has them by id
	// MacroF1 is the mean of F1 over the objectives that an item was labelled
	// with or chosen for; an objective that never comes up says nothing.
	MacroF1 float64 `json:"macro_f1"`
	// Items is how many items were compared: those that have a label.
	Items int `json:"items"`
	// Unlabelled is how many items have no label, Strange which objectives
	// the labels name and the objectives do not hold.
	Unlabelled int      `json:"unlabelled,omitempty"`
	Strange    []string `json:"strange,omitempty"`
	// Bands say how far scores can be believed, from the lowest.
	Bands []Band `json:"bands"`
	// Mistakes are the pairs that were judged wrongly, the surest of them first.
	Mistakes []Mistake `json:"mistakes"`
}

// Band is the pairs of item and objective whose scores lie in a range.
type Band struct {
	From  float64 `json:"from"` // included
	To    float64 `json:"to"`   // excluded, but for 1
	Pairs int     `json:"pairs"`
	Right int     `json:"right"` // pairs that the labels give to the objective
	Share float64 `json:"share"` // Right / Pairs; 0 when there are none
}

// Mistake is a pair of item and objective on which mapping and label differ.
type Mistake struct {
	Item      string   `json:"item"`
	Title     string   `json:"title"`
	Objective string   `json:"objective"`
	Missed    bool     `json:"missed"` // the label names the objective; else it was wrongly chosen
	Score     float64  `json:"score"`
	Reasons   []Reason `json:"reasons"`
}

// MarshalJSON writes the results by the objectives' ids.
func (e Evaluation) MarshalJSON() ([]byte, error) {
	type plain Evaluation
	by := map[string]Result{}
	for _, r := range e.Results {
		by[r.Objective] = r
	}
	return json.Marshal(struct {
		plain
		Objectives map[string]Result `json:"objectives"`
	}{plain(e), by})
}

// count adds a pair to its band.
func (e *Evaluation) count(l *Label, m Match) {
	if slices.Contains(l.Unsure, m.Objective) {
		return
	}
	b := &e.Bands[min(int(m.Score*float64(len(e.Bands))), len(e.Bands)-1)]
	b.Pairs++
	if slices.Contains(l.Objectives, m.Objective) {
		b.Right++
	}
}

// mistake notes a pair that was judged wrongly.
func (e *Evaluation) mistake(l *Label, it *evidence.Item, m Match) {
	wanted := slices.Contains(l.Objectives, m.Objective)
	if wanted != m.Chosen() && !slices.Contains(l.Unsure, m.Objective) {
		e.Mistakes = append(e.Mistakes, Mistake{m.Item, it.Title, m.Objective, wanted, m.Score, m.Reasons})
	}
}

// bands is how many ranges of scores are told apart.
const bands = 10

// Labels returns the person's own decisions on items as labels: objectives on
// which nothing was decided are unsure.
func (m *Mapping) Labels() []Label {
	var ls []Label
	for i, it := range m.items {
		l := Label{ID: it.ID}
		decided := false
		for o := range m.objectives {
			id, d := m.objectives[o].ID, m.cell(i, o).decision
			switch {
			case d == nil:
				l.Unsure = append(l.Unsure, id)
			case d.Verb == Reject:
				decided = true
			default:
				decided = true
				l.Objectives = append(l.Objectives, id)
			}
		}
		if decided {
			ls = append(ls, l)
		}
	}
	return ls
}

// Evaluate maps the items and compares with the labels. A label that names an
// objective that is not among objs is counted as strange and left out. It is an
// error when the objectives cannot be mapped to or no item has a label.
func Evaluate(objs []Objective, people evidence.People, items []evidence.Item, labels []Label) (Evaluation, error) {
	m, err := NewMapper(objs, people)
	if err != nil {
		return Evaluation{}, err
	}
	byID := make(map[string]*Label, len(labels))
	var e Evaluation
	for i := range labels {
		byID[labels[i].ID] = &labels[i]
		for _, id := range slices.Concat(labels[i].Objectives, labels[i].Unsure) {
			known := slices.ContainsFunc(objs, func(o Objective) bool { return o.ID == id })
			if !known && !slices.Contains(e.Strange, id) {
				e.Strange = append(e.Strange, id)
			}
		}
	}
	slices.Sort(e.Strange)
	e.Results = make([]Result, len(objs))
	for b := range bands {
		e.Bands = append(e.Bands, Band{From: float64(b) / bands, To: float64(b+1) / bands})
	}
	mapping := m.Map(items, nil)
	for _, it := range mapping.items {
		l := byID[it.ID]
		if l == nil {
			e.Unlabelled++
			continue
		}
		e.Items++
		for o, match := range mapping.For(it.ID) {
			e.Results[o].count(l, match)
			e.count(l, match)
			e.mistake(l, it, match)
		}
	}
	if e.Items == 0 {
		return e, errors.New("evaluate: no item has a label")
	}
	for b := range e.Bands {
		e.Bands[b].Share = ratio(e.Bands[b].Right, e.Bands[b].Pairs)
	}
	slices.SortStableFunc(e.Mistakes, func(a, b Mistake) int { return cmp.Compare(b.size(), a.size()) })
	counted := 0
	for o := range e.Results {
		r := &e.Results[o]
		r.Objective = objs[o].ID
		r.N = r.TP + r.FN
		r.Precision = ratio(r.TP, r.TP+r.FP)
		r.Recall = ratio(r.TP, r.TP+r.FN)
		r.F1 = ratio(2*r.TP, 2*r.TP+r.FP+r.FN)
		if r.TP+r.FP+r.FN > 0 {
			counted++
			e.MacroF1 += r.F1
		}
	}
	if counted > 0 {
		e.MacroF1 /= float64(counted)
	}
	return e, nil
}

func (r *Result) count(l *Label, m Match) {
	if slices.Contains(l.Unsure, m.Objective) {
		return
	}
	wanted := slices.Contains(l.Objectives, m.Objective)
	switch {
	case wanted && m.Chosen():
		r.TP++
	case wanted:
		r.FN++
		r.Missed = append(r.Missed, m.Item)
	case m.Chosen():
		r.FP++
		r.WronglyChosen = append(r.WronglyChosen, m.Item)
	}
}

// size is how far the score lies on the wrong side.
func (m *Mistake) size() float64 {
	if m.Missed {
		return 1 - m.Score
	}
	return m.Score
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
