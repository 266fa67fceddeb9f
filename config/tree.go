package config

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

const (
	maxSize  = 1 << 20 // bytes of a configuration
	maxDepth = 64      // of lists and sections in each other
	// maxNodes bounds what aliases may make of a file: nine lines can stand
	// for a thousand million values.
	maxNodes = 200_000
)

// parse returns the top node of a YAML text, nil when it is empty or not well
// formed. It notes what no part of a configuration may hold: keys that occur
// twice, tags that name a type of some program, a second document.
func parse(text []byte, doc *document) *yaml.Node {
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithUniqueKeys(false))
	if err != nil {
		doc.at(0, 0, err.Error())
		return nil
	}
	var root, second yaml.Node
	if err := loader.Load(&root); err != nil {
		if !errors.Is(err, io.EOF) {
			doc.syntax(err)
		}
		return nil
	}
	if err := loader.Load(&second); err == nil {
		doc.bad(&second, "only one document may stand in the file")
		return nil
	} else if !errors.Is(err, io.EOF) {
		doc.syntax(err)
		return nil
	}
	if len(root.Content) == 0 {
		return nil
	}
	doc.check(root.Content[0], 0)
	return root.Content[0]
}

// syntax notes an error of the YAML reader at its place.
func (d *document) syntax(err error) {
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		d.at(0, 0, err.Error())
		return
	}
	message := strings.TrimPrefix(le.Message, "yaml: ")
	if le.ContextMsg != "" {
		message += ", " + le.ContextMsg
	}
	d.at(le.Mark.Line, le.Mark.Column, message)
}

// check looks at every node once; aliases are followed only by the decoder.
func (d *document) check(n *yaml.Node, depth int) {
	if depth > maxDepth {
		d.bad(n, "is nested more than %d deep", maxDepth)
		return
	}
	switch tag := n.ShortTag(); {
	case n.Kind == yaml.AliasNode || n.Style&yaml.TaggedStyle == 0:
	case tag == "!!str", tag == "!!int", tag == "!!float", tag == "!!bool", tag == "!!null", tag == "!!seq", tag == "!!map":
	default:
		d.bad(n, "tag %s is not understood", clip(tag))
	}
	if n.Kind == yaml.MappingNode {
		seen := make(map[string]int)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind != yaml.ScalarNode {
				d.bad(key, "a key must be a word")
				continue
			}
			if line, twice := seen[key.Value]; twice {
				d.bad(key, "%s stands here twice; first on line %d", clip(key.Value), line)
				continue
			}
			seen[key.Value] = key.Line
		}
	}
	for _, c := range n.Content {
		d.check(c, depth+1)
	}
}

// clip shortens a text of the file for a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// child returns the value of a key, nil when there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	n = follow(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// follow returns what an alias stands for.
func follow(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode && i < maxDepth; i++ {
		n = n.Alias
	}
	return n
}
