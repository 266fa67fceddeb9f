package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/cli/go-gh/v2/pkg/jq"
	"github.com/cli/go-gh/v2/pkg/jsonpretty"
	"github.com/cli/go-gh/v2/pkg/template"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/spf13/cobra"
)

// field is one name that --json takes, and how to get its value from a row.
type field[T any] struct {
	name string
	get  func(T) any
}

// jsonFlags are gh's three flags for output that programs read.
type jsonFlags[T any] struct {
	fields   []field[T]
	names    []string
	jq       string
	template string
}

// register adds --json, --jq and --template to the command. As in gh, --json
// without a value lists the fields.
func (j *jsonFlags[T]) register(cmd *cobra.Command, fields []field[T]) {
	j.fields = fields
	f := cmd.Flags()
	f.StringSliceVar(&j.names, "json", nil, "Output JSON with the specified `fields`")
	f.StringVarP(&j.jq, "jq", "q", "", "Filter JSON output using a jq `expression`")
	f.StringVarP(&j.template, "template", "t", "", "Format JSON output using a Go `template`; see \"gh help formatting\"")
	cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		if err.Error() == "flag needs an argument: --json" {
			return usagef("specify one or more comma-separated fields for --json:\n%s", j.list())
		}
		return flagError(c, err)
	})
	cmd.PreRunE = func(*cobra.Command, []string) error { return j.check() }
}

func (j *jsonFlags[T]) list() string {
	var names []string
	for _, f := range j.fields {
		names = append(names, f.name)
	}
	slices.Sort(names)
	return strings.Join(names, "\n")
}

func (j *jsonFlags[T]) check() error {
	if j.names == nil {
		if j.jq != "" || j.template != "" {
			return usagef("--jq and --template need --json with the fields to work on")
		}
		return nil
	}
	for _, n := range j.names {
		if !slices.ContainsFunc(j.fields, func(f field[T]) bool { return f.name == n }) {
			return usagef("unknown JSON field %q; the fields are:\n%s", n, j.list())
		}
	}
	if j.jq != "" && j.template != "" {
		return usagef("--jq and --template cannot be used together")
	}
	return nil
}

func (j *jsonFlags[T]) asked() bool { return j.names != nil }

func (j *jsonFlags[T]) pick(row T) map[string]any {
	out := map[string]any{}
	for _, f := range j.fields {
		if slices.Contains(j.names, f.name) {
			out[f.name] = f.get(row)
		}
	}
	return out
}

// writeAll writes the rows as one JSON array.
func (j *jsonFlags[T]) writeAll(w *world, rows []T) error {
	all := make([]map[string]any, 0, len(rows))
	for _, r := range rows {
		all = append(all, j.pick(r))
	}
	return writeJSON(w, all, j.jq, j.template)
}

// writeOne writes one row as a JSON object.
func (j *jsonFlags[T]) writeOne(w *world, row T) error {
	return writeJSON(w, j.pick(row), j.jq, j.template)
}

// writeJSON writes v for a program to read. Foreign text never reaches a
// terminal raw: in JSON every control and bidi character is escaped, which
// loses nothing; jq and templates make plain text, so they get it without.
func writeJSON(w *world, v any, query, tmpl string) error {
	raw, err := marshal(v)
	if err != nil {
		return err
	}
	if query == "" && tmpl == "" {
		safe := gate.JSON(raw)
		if w.terminal.out {
			return jsonpretty.Format(w.stdout, bytes.NewReader(safe), "  ", w.terminal.color)
		}
		_, err := w.stdout.Write(safe)
		return err
	}
	var loose any
	if err := json.Unmarshal(raw, &loose); err != nil {
		return err
	}
	if raw, err = marshal(harmless(loose)); err != nil {
		return err
	}
	if query != "" {
		if err := jq.Evaluate(bytes.NewReader(raw), w.stdout, query); err != nil {
			return usagef("--jq: %w", err)
		}
		return nil
	}
	t := template.New(w.stdout, w.terminal.width, w.terminal.color)
	if err := t.Parse(tmpl); err != nil {
		return usagef("--template: %w", err)
	}
	if err := t.Execute(bytes.NewReader(raw)); err != nil {
		return usagef("--template: %w", err)
	}
	return t.Flush()
}

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}

// harmless cleans every string of a JSON value.
func harmless(v any) any {
	switch v := v.(type) {
	case string:
		return gate.Block(v, 0)
	case []any:
		for i := range v {
			v[i] = harmless(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = harmless(v[k])
		}
	}
	return v
}
