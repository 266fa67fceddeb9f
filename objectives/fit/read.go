package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/objectives"
)

// named returns the objectives of a template or of a file.
func named(name string) ([]objectives.Objective, error) {
	if slices.Contains(objectives.Templates(), name) {
		return objectives.Template(name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	set, err := objectives.Decode(f)
	return set.Objectives, err
}

func read(items, labels string) ([]evidence.Item, []objectives.Label, error) {
	var its []evidence.Item
	var ls []objectives.Label
	if err := appendItems(&its, items); err != nil {
		return nil, nil, err
	}
	err := appendLabels(&ls, labels)
	return its, ls, err
}

func appendItems(its *[]evidence.Item, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for it, err := range evidence.Read(f) {
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !slices.ContainsFunc(*its, func(o evidence.Item) bool { return o.ID == it.ID }) {
			*its = append(*its, it)
		}
	}
	return nil
}

func appendLabels(ls *[]objectives.Label, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	more, err := objectives.ReadLabels(f)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, l := range more {
		if !slices.ContainsFunc(*ls, func(o objectives.Label) bool { return o.ID == l.ID }) {
			*ls = append(*ls, l)
		}
	}
	return nil
}

// addAlso reads the examples that are only fitted to. Of two with one id the
// first counts.
func (p *program) addAlso(list string) error {
	var its []evidence.Item
	var ls []objectives.Label
	for _, name := range strings.Split(list, ",") {
		var err error
		if strings.Contains(filepath.Base(name), "labels") {
			err = appendLabels(&ls, name)
		} else {
			err = appendItems(&its, name)
		}
		if err != nil {
			return err
		}
	}
	tested := p.examples
	p.examples = nil
	if err := p.prepare(its, ls); err != nil {
		return err
	}
	p.also, p.examples = p.examples, tested
	return nil
}
