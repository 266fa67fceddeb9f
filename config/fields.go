package config

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// field is a struct's field as the file names it.
type field struct {
	name     string
	index    []int
	required bool
	bounds   bounds
}

// bounds are what the jsonschema tag of a field says about its value.
type bounds struct {
	minimum, maximum *float64
	enum             []string
	pattern          *regexp.Regexp
}

// fieldsOf returns the fields that the file may set. Those of embedded structs
// count as the struct's own, as YAML's inline has it.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		inline := f.Anonymous && name == "" || slices.Contains(strings.Split(options, ","), "inline")
		switch {
		case inline && f.Type.Kind() == reflect.Struct:
			for _, inner := range fieldsOf(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				out = append(out, inner)
			}
		case !f.IsExported() || name == "-":
		default:
			if name == "" {
				name = strings.ToLower(f.Name)
			}
			one := field{name: name, index: []int{i}}
			one.rules(f.Tag.Get("jsonschema"))
			out = append(out, one)
		}
	}
	return out
}

// rules reads a jsonschema tag: words and key=value, parted by commas.
func (f *field) rules(tag string) {
	for rule := range strings.SplitSeq(tag, ",") {
		key, value, _ := strings.Cut(rule, "=")
		switch key {
		case "required":
			f.required = true
		case "minimum":
			f.bounds.minimum = bound(value)
		case "maximum":
			f.bounds.maximum = bound(value)
		case "enum":
			f.bounds.enum = append(f.bounds.enum, value)
		case "pattern":
			f.bounds.pattern = regexp.MustCompile(value)
		}
	}
}

func bound(s string) *float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic("jsonschema tag: " + err.Error())
	}
	return &f
}

// broken says which bound a scalar breaks, "" for none.
func (b bounds) broken(text string, v reflect.Value) string {
	var number float64
	switch {
	case v.CanInt():
		number = float64(v.Int())
	case v.CanUint():
		number = float64(v.Uint())
	case v.CanFloat():
		number = v.Float()
	case len(b.enum) > 0 && !slices.Contains(b.enum, text):
		if meant := nearest(text, b.enum); meant != "" {
			return strconv.Quote(clip(text)) + " is none of " + strings.Join(b.enum, ", ") + "; did you mean " + meant + "?"
		}
		return strconv.Quote(clip(text)) + " is none of " + strings.Join(b.enum, ", ")
	case b.pattern != nil && text != "" && !b.pattern.MatchString(text):
		return strconv.Quote(clip(text)) + " does not have the form " + b.pattern.String()
	default:
		return ""
	}
	show := func(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
	switch {
	case b.minimum != nil && number < *b.minimum:
		return "must be at least " + show(*b.minimum)
	case b.maximum != nil && number > *b.maximum:
		return "must be at most " + show(*b.maximum)
	}
	return ""
}
