package config

import (
	"reflect"

	"go.yaml.in/yaml/v4"

	"github.com/dossier-report/dossier/collectors"
)

// Source is a source that the configuration names, with its settings not yet
// decoded: the configuration knows no collector.
type Source struct {
	Name     string
	Settings collectors.Settings
}

// settings is a source's part of the file.
type settings struct {
	doc       *document
	key, node *yaml.Node
}

// Decode fills the struct that into points to, strictly. Every problem is in
// the [Error], with its place. A struct with a Validate method has the last
// word; errors of it that begin with the path of a field ("boards[1]: ...") are
// placed there.
func (s *settings) Decode(into any) error {
	doc := s.doc.again()
	s.decode(doc, into)
	return doc.err()
}

func (s *settings) decode(doc *document, into any) {
	d := &decoder{document: doc, source: s.key.Value}
	n := follow(s.node)
	if isNull(n) { // "git:" alone is a section with nothing in it
		n = &yaml.Node{Kind: yaml.MappingNode, Line: s.key.Line, Column: s.key.Column}
	}
	d.value(n, reflectOf(into), s.key.Value, bounds{}, 0)
}

// reflectOf returns the value that a pointer points to.
func reflectOf(into any) reflect.Value { return reflect.ValueOf(into).Elem() }

// CheckSources reports every source of the configuration that is none of those
// known, and everything that is wrong in the parts of those that are, as one
// [Error].
func (c *Config) CheckSources(known []collectors.Source) error {
	var names []string
	for _, s := range known {
		names = append(names, s.Name)
	}
	var all *document
	for _, s := range c.Sources {
		part, ok := s.Settings.(*settings)
		if !ok {
			continue
		}
		if all == nil {
			all = part.doc.again()
		}
		found := false
		for _, k := range known {
			if k.Name == s.Name {
				found = true
				var into any = new(struct{}) // for a source without settings
				if k.Config != nil {
					into = reflect.New(reflect.TypeOf(k.Config)).Interface()
				}
				part.decode(all, into)
			}
		}
		if !found {
			all.unknown(part.key, "source", names)
		}
	}
	if all == nil {
		return nil
	}
	return all.err()
}
