package git

import (
	"encoding/json"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v4"
)

// pipeline is what a dvc.yaml says that counts here.
type pipeline struct {
	metrics []string            // files, as they are named in it
	params  map[string][]string // files with the names that count; empty for all
}

// defaultParams is the file that names without a file are in.
const defaultParams = "params.yaml"

// readPipeline reads dvc.yaml. What it cannot read names nothing.
func readPipeline(text []byte) (p *pipeline) {
	p = &pipeline{params: map[string][]string{}}
	defer func() { _ = recover() }() // a parser of foreign text must not end the run
	var all map[string]any
	if yaml.Unmarshal(text, &all) != nil {
		return p
	}
	p.metric(all["metrics"])
	p.parameter(all["params"], true)
	stages, _ := all["stages"].(map[string]any)
	for _, s := range stages {
		stage, _ := s.(map[string]any)
		if do, ok := stage["do"].(map[string]any); ok {
			stage = do // a template of stages
		}
		p.metric(stage["metrics"])
		p.parameter(stage["params"], false)
	}
	slices.Sort(p.metrics)
	p.metrics = slices.Compact(p.metrics)
	return p
}

// metric notes files: a name, or a list of names and of names with settings.
func (p *pipeline) metric(v any) {
	switch v := v.(type) {
	case string:
		if inside(v) {
			p.metrics = append(p.metrics, path.Clean(v))
		}
	case []any:
		for _, e := range v {
			p.metric(e)
		}
	case map[string]any:
		for name := range v {
			p.metric(name)
		}
	}
}

// parameter notes parameters: "train.lr" is one of params.yaml, a key with a
// list names a file's; at the top of dvc.yaml, names are files.
func (p *pipeline) parameter(v any, files bool) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, e := range list {
		switch e := e.(type) {
		case string:
			switch {
			case files && inside(e):
				p.add(e)
			case !files:
				p.add(defaultParams, e)
			}
		case map[string]any:
			for file, names := range e {
				keys := []string{}
				if l, ok := names.([]any); ok {
					for _, n := range l {
						if s, ok := n.(string); ok {
							keys = append(keys, s)
						}
					}
				}
				if inside(file) {
					p.add(file, keys...)
				}
			}
		}
	}
}

func (p *pipeline) add(file string, keys ...string) {
	file = path.Clean(file)
	old, known := p.params[file]
	switch {
	case known && len(old) == 0: // all of it counts already
	case len(keys) == 0:
		p.params[file] = []string{}
	default:
		p.params[file] = append(old, keys...)
	}
}

// inside reports whether a path is one of the repository and no template.
func inside(p string) bool {
	return p != "" && !strings.Contains(p, "${") && !path.IsAbs(p) && !strings.Contains(p, "://")
}

// counts reports whether a parameter is one of keys, or lies below one.
func counts(name string, keys []string) bool {
	return len(keys) == 0 || slices.ContainsFunc(keys, func(k string) bool { return name == k || strings.HasPrefix(name, k+".") })
}

// hasValues reports whether a file is of a form that metrics and parameters have.
func hasValues(file string) bool {
	switch path.Ext(file) {
	case ".json", ".yaml", ".yml", ".toml":
		return true
	}
	return false
}

// values are the single values of a file by their path in it: "train.lr".
type values map[string]string

// maxValues is how many values of a file are looked at: more are no metrics.
const maxValues = 1000

func readValues(file string, text []byte) (v values) {
	v = values{}
	defer func() { _ = recover() }() // a parser of foreign text must not end the run
	var all any
	var err error
	switch path.Ext(file) {
	case ".json":
		d := json.NewDecoder(strings.NewReader(string(text)))
		d.UseNumber()
		err = d.Decode(&all)
	case ".toml":
		table := map[string]any{}
		_, err = toml.Decode(string(text), &table)
		all = table
	default:
		err = yaml.Unmarshal(text, &all)
	}
	if err == nil {
		v.fill("", all, 0)
	}
	return v
}

// fill notes what stands below a name. Lists are no single values.
func (v values) fill(name string, from any, depth int) {
	if len(v) >= maxValues || depth > 20 {
		return
	}
	switch from := from.(type) {
	case map[string]any:
		for k, e := range from {
			if name != "" {
				k = name + "." + k
			}
			v.fill(k, e, depth+1)
		}
	case string:
		v[name] = strings.Join(strings.Fields(from), " ")
		if len(v[name]) > 60 {
			delete(v, name)
		}
	case json.Number:
		v[name] = from.String()
	case float64:
		v[name] = strconv.FormatFloat(from, 'g', -1, 64)
	case int:
		v[name] = strconv.Itoa(from)
	case int64:
		v[name] = strconv.FormatInt(from, 10)
	case uint64:
		v[name] = strconv.FormatUint(from, 10)
	case bool:
		v[name] = strconv.FormatBool(from)
	}
}

func (v values) names() []string {
	names := make([]string, 0, len(v))
	for n := range v {
		names = append(names, clean(n))
	}
	slices.Sort(names)
	return names
}

// number returns a value that is a finite number.
func (v values) number(name string) (float64, bool) {
	s, ok := v[name]
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}
