package config

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/invopop/jsonschema"

	"github.com/dossier-report/dossier/collectors"
	"github.com/dossier-report/dossier/objectives"
)

// Schema returns the JSON Schema (draft-07, which editors understand) of
// dossier.yaml with the parts of the given sources. It is made from the structs
// that the file is decoded into. A field without a description is an error: the
// schema is the reference that a user sees while writing.
func Schema(sources []collectors.Source) ([]byte, error) {
	s := schemaOf(file{})
	s.Version = "http://json-schema.org/draft-07/schema#"
	s.Title = "dossier.yaml"
	s.Description = "What dossier collects, for whom, and how the report looks"
	parts, ok := s.Properties.Get("sources")
	if !ok {
		return nil, errors.New("schema: no sources") // the struct has them
	}
	all := &jsonschema.Schema{Type: "object", AdditionalProperties: jsonschema.FalseSchema, Properties: jsonschema.NewProperties()}
	// A section with nothing but comments in it is null.
	parts.AnyOf = []*jsonschema.Schema{all, {Type: "null"}}
	for _, src := range sources {
		part := &jsonschema.Schema{Type: "object", AdditionalProperties: jsonschema.FalseSchema}
		if src.Config != nil {
			part = schemaOf(src.Config)
		}
		all.Properties.Set(src.Name, &jsonschema.Schema{
			Description: src.Title,
			AnyOf:       []*jsonschema.Schema{part, {Type: "null"}},
		})
	}
	// YAML reads a bare 2026 as a number.
	if period, ok := s.Properties.Get("period"); ok {
		period.Type = ""
		period.AnyOf = []*jsonschema.Schema{{Type: "string"}, {Type: "integer"}}
	}
	if err := described("", s); err != nil {
		return nil, err
	}
	return json.MarshalIndent(s, "", "  ")
}

// schemaOf makes the schema of a struct.
func schemaOf(v any) *jsonschema.Schema {
	r := jsonschema.Reflector{FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, DoNotReference: true, Anonymous: true, Mapper: special}
	s := r.Reflect(v)
	s.Version, s.ID = "", "" // only the whole has one
	return s
}

// special describes the types that read themselves.
func special(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[collectors.Secret]():
		return &jsonschema.Schema{Type: "string", Pattern: `^(env:[A-Za-z_][A-Za-z0-9_]*|keyring(:[^\s]+)?)$`}
	case reflect.TypeFor[collectors.Address]():
		return &jsonschema.Schema{Type: "string", Pattern: `^https?://`}
	case reflect.TypeFor[time.Duration]():
		return &jsonschema.Schema{Type: "string", Pattern: `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`}
	case reflect.TypeFor[texts]():
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
			{Type: "string"}, {Type: "array", Items: &jsonschema.Schema{Type: "string"}}}}
	case reflect.TypeFor[zone]():
		return &jsonschema.Schema{Type: "string"}
	case reflect.TypeFor[month]():
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
			{Type: "integer", Minimum: "1", Maximum: "12"}, {Type: "string", Enum: months()}}}
	case reflect.TypeFor[workState]():
		return &jsonschema.Schema{Type: "string", Enum: []any{"to_do", "in_progress", "waiting", "done"}}
	case reflect.TypeFor[civilDay]():
		return &jsonschema.Schema{Type: "string", Pattern: `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`}
	case reflect.TypeFor[weekdays]():
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
			{Type: "boolean"}, {Type: "array", Items: &jsonschema.Schema{Type: "string"}}}}
	case reflect.TypeFor[sections]():
		return &jsonschema.Schema{} // filled by Schema, which knows the sources
	case reflect.TypeFor[objectiveList]():
		own := schemaOf(objectives.Objective{})
		used := schemaOf(use{})
		if name, ok := used.Properties.Get("use"); ok {
			for _, t := range objectives.Templates() {
				name.Enum = append(name.Enum, t)
			}
		}
		return &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{AnyOf: []*jsonschema.Schema{used, own}}}
	}
	if t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return &jsonschema.Schema{Type: "string"} // a collector's own type that reads itself
	}
	return nil
}

func months() (out []any) {
	for m := time.January; m <= time.December; m++ {
		out = append(out, m.String())
	}
	return out
}

// described reports the properties that have no description.
func described(path string, s *jsonschema.Schema) error {
	var errs []error
	for _, inner := range slices.Concat([]*jsonschema.Schema{s.Items, s.AdditionalProperties}, s.AnyOf) {
		if inner != nil {
			errs = append(errs, described(path, inner))
		}
	}
	if s.Properties != nil {
		for p := s.Properties.Oldest(); p != nil; p = p.Next() {
			at := path + "." + p.Key
			if p.Value.Description == "" {
				errs = append(errs, fmt.Errorf("schema: %s has no description\nadd jsonschema:\"description=...\" to its field", at[1:]))
			}
			errs = append(errs, described(at, p.Value))
		}
	}
	return errors.Join(errs...)
}
