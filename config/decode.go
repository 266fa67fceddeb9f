package config

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/dossier-report/dossier/collectors"
)

// decoder fills Go values from nodes, strictly, and notes every problem at the
// node that has it. Fields are named by their yaml tags and bounded by their
// jsonschema tags, so what the schema says is what holds.
type decoder struct {
	*document
	source string // whose part is decoded; names a secret in the keyring
	nodes  int    // seen so far
}

// nodeDecoder is a type with a form of its own.
type nodeDecoder interface {
	decodeNode(d *decoder, n *yaml.Node, name string, depth int)
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

// value fills v, which is called name in messages. A null leaves it as it is.
func (d *decoder) value(n *yaml.Node, v reflect.Value, name string, b bounds, depth int) {
	if d.nodes++; d.nodes > maxNodes {
		d.at(0, 0, "its aliases stand for too many values")
		return
	}
	if depth > maxDepth {
		d.bad(n, "%s is nested more than %d deep; does an alias name what it stands in?", name, maxDepth)
		return
	}
	if n.Kind == yaml.AliasNode {
		d.value(n.Alias, v, name, b, depth+1)
		return
	}
	if own, ok := v.Addr().Interface().(nodeDecoder); ok {
		own.decodeNode(d, n, name, depth)
		return
	}
	if isNull(n) {
		return
	}
	if reflect.PointerTo(v.Type()).Implements(textType) && v.Kind() != reflect.Pointer {
		d.text(n, v, name)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		to := reflect.New(v.Type().Elem())
		d.value(n, to.Elem(), name, b, depth+1)
		v.Set(to)
	case reflect.Struct:
		d.structure(n, v, name, depth)
	case reflect.Slice:
		d.list(n, v, name, b, depth)
	case reflect.Map:
		d.mapping(n, v, name, b, depth)
	default:
		d.scalar(n, v, name, b)
	}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// text fills a type that reads itself. A secret's place in the keyring is named
// after the source when it has no name.
func (d *decoder) text(n *yaml.Node, v reflect.Value, name string) {
	value := n.Value
	secret, isSecret := v.Addr().Interface().(*collectors.Secret)
	if n.Kind != yaml.ScalarNode {
		if isSecret {
			d.hide(n)
		}
		d.bad(n, "%s must be a text", name)
		return
	}
	if isSecret && value == "keyring" && d.source != "" {
		value = "keyring:" + d.source
	}
	var err error
	if isSecret {
		err = secret.UnmarshalText([]byte(value))
	} else {
		err = v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(value))
	}
	if err != nil {
		if isHidden(err) {
			d.hide(n)
		}
		d.bad(n, "%s %v", name, err)
	}
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value, name string, depth int) {
	if n.Kind != yaml.MappingNode {
		d.bad(n, "%s must be a section of key: value", name)
		return
	}
	before := len(d.problems)
	fields := fieldsOf(v.Type())
	var known []string
	for _, f := range fields {
		known = append(known, f.name)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := slices.Index(known, key.Value)
		if at < 0 {
			d.unknown(key, "key", known)
			continue
		}
		f := fields[at]
		d.value(value, v.FieldByIndex(f.index), f.name, f.bounds, depth+1)
	}
	for _, f := range fields {
		if c := child(n, f.name); f.required && (c == nil || isNull(c) || c.Kind == yaml.ScalarNode && strings.TrimSpace(c.Value) == "") {
			if c == nil {
				c = n
			}
			d.bad(c, "%s is missing", f.name)
		}
	}
	if valid, ok := v.Addr().Interface().(interface{ Validate() error }); ok && len(d.problems) == before {
		each(valid.Validate(), func(err error) { d.invalid(n, err) })
	}
}

// unknown notes that a node's text is not one of those known, and which was
// probably meant.
func (d *document) unknown(n *yaml.Node, what string, known []string) {
	if len(d.problems) < maxKept { // finding what was meant takes time
		d.bad(n, "%s", unknown(what, n.Value, known))
		return
	}
	d.bad(n, "unknown %s", what)
}

func unknown(what, name string, known []string) string {
	s := fmt.Sprintf("unknown %s %q", what, hideSecrets(clip(name)))
	if meant := nearest(name, known); meant != "" {
		return s + "; did you mean " + meant + "?"
	}
	if len(known) == 0 {
		return s + "; there are none here"
	}
	return s + "\nknown are " + strings.Join(known, ", ")
}

// invalid places an error whose text begins with the path of a field, as in
// "rules[2].kinds: ...", at that field or the nearest one around it.
func (d *decoder) invalid(n *yaml.Node, err error) {
	message := err.Error()
	path, rest, ok := strings.Cut(message, ": ")
	if !ok || strings.ContainsAny(path, " \n\"") {
		d.bad(n, "%s", message)
		return
	}
	last := path
	for part := range strings.SplitSeq(path, ".") {
		last = part
		key, index, _ := strings.Cut(part, "[")
		next := follow(child(n, key))
		if next == nil {
			break
		}
		n = next
		if i, err := strconv.Atoi(strings.TrimSuffix(index, "]")); err == nil && n.Kind == yaml.SequenceNode && i < len(n.Content) {
			n = follow(n.Content[i])
		}
	}
	if isHidden(err) {
		d.hide(n)
	}
	d.bad(n, "%s: %s", last, rest)
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, name string, b bounds, depth int) {
	if n.Kind != yaml.SequenceNode {
		d.bad(n, "%s must be a list%s", name, listHint(n))
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, c := range n.Content {
		if isNull(follow(c)) {
			d.bad(c, "%s has an empty entry", name)
			continue
		}
		d.value(c, out.Index(i), fmt.Sprintf("%s[%d]", name, i), b, depth+1)
	}
	v.Set(out)
}

// listHint shows how one value is written as a list.
func listHint(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || len(n.Value) > 40 || hideSecrets(n.Value) != n.Value {
		return ""
	}
	return ": write [" + n.Value + "]"
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, name string, b bounds, depth int) {
	if n.Kind != yaml.MappingNode {
		d.bad(n, "%s must be a section of key: value", name)
		return
	}
	if v.Type().Key().Kind() != reflect.String {
		panic(fmt.Sprintf("%s: a map of the configuration has texts as keys, not %s", name, v.Type().Key()))
	}
	out := reflect.MakeMapWithSize(v.Type(), len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, reflect.New(v.Type().Elem()).Elem()
		d.value(n.Content[i+1], value, key, b, depth+1)
		out.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), value)
	}
	v.Set(out)
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, name string, b bounds) {
	if n.Kind != yaml.ScalarNode {
		d.bad(n, "%s must be %s", name, kindOf(v.Type()))
		return
	}
	wrong := func() { d.bad(n, "%s must be %s", name, kindOf(v.Type())) }
	plain := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
	switch k := v.Kind(); {
	case v.Type() == reflect.TypeFor[time.Duration]():
		t, err := time.ParseDuration(n.Value)
		if err != nil || t < 0 {
			wrong()
			return
		}
		v.SetInt(int64(t))
		return
	case k == reflect.String:
		v.SetString(n.Value)
	case k == reflect.Bool:
		if n.ShortTag() != "!!bool" {
			wrong()
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	case v.CanInt():
		i, err := strconv.ParseInt(n.Value, 10, v.Type().Bits())
		if err != nil || !plain {
			wrong()
			return
		}
		v.SetInt(i)
	case v.CanUint():
		i, err := strconv.ParseUint(n.Value, 10, v.Type().Bits())
		if err != nil || !plain {
			wrong()
			return
		}
		v.SetUint(i)
	case v.CanFloat():
		f, err := strconv.ParseFloat(n.Value, v.Type().Bits())
		if err != nil || !plain || math.IsNaN(f) || math.IsInf(f, 0) {
			wrong()
			return
		}
		v.SetFloat(f)
	default:
		panic(fmt.Sprintf("%s: a field of the configuration cannot be a %s", name, v.Type()))
	}
	if why := b.broken(n.Value, v); why != "" {
		d.bad(n, "%s %s", name, why)
	}
}

func kindOf(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "a duration such as 30s, 5m or 2h"
	case t.Kind() == reflect.String:
		return "a text"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Float64 || t.Kind() == reflect.Float32:
		return "a number"
	}
	return "a whole number"
}
