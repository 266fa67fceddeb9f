package objectives

import (
	"bufio"
	"bytes"
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
	Objective string `json:"objective"`
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
	Results []Result `json:"objectives"` // in the objectives' order
	// MacroF1 is the mean of F1 over the objectives that an item was labelled
	// with or chosen for; an objective that never comes up says nothing.
	MacroF1 float64 `json:"macro_f1"`
	// Items is how many items were compared: those that have a label.
	Items int `json:"items"`
	// Unlabelled is how many items have no label, Strange which objectives
	// the labels name and the objectives do not hold.
	Unlabelled int      `json:"unlabelled,omitempty"`
	Strange    []string `json:"strange,omitempty"`
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
		}
	}
	if e.Items == 0 {
		return e, errors.New("evaluate: no item has a label")
	}
	counted := 0
	for o := range e.Results {
		r := &e.Results[o]
		r.Objective = objs[o].ID
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

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
