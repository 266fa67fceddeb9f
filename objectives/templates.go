package objectives

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

//go:embed templates/*.yaml
var templates embed.FS

// Set is a file of objectives: a template, or one's own for the evaluation.
type Set struct {
	Title      string      `yaml:"title,omitempty" jsonschema:"description=Whom the objectives are for"`
	Objectives []Objective `yaml:"objectives" jsonschema:"required,description=The objectives; in the order of the report"`
}

// Templates returns the names of the built-in templates, in alphabetical order.
func Templates() []string {
	files, err := fs.Glob(templates, "templates/*.yaml")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(path.Base(f), ".yaml")
	}
	slices.Sort(names)
	return names
}

// Template returns a built-in template's objectives. Each call makes them anew,
// so that the caller may change them.
func Template(name string) ([]Objective, error) {
	// The list is asked and not the file system, where "../x" has a meaning.
	if !slices.Contains(Templates(), name) {
		return nil, fmt.Errorf("%q is no template\nchoose one of %s", name, list(Templates()))
	}
	text, err := templates.ReadFile("templates/" + name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	set, err := Decode(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	return set.Objectives, nil
}

// maxSet is the longest file of objectives that is read, in bytes.
const maxSet = 4 << 20

// Decode reads a file of objectives, strictly: an unknown key, a wrong type, a
// second document, an id that occurs twice or a bad value is an error.
func Decode(r io.Reader) (Set, error) {
	var set Set
	text, err := io.ReadAll(io.LimitReader(r, maxSet+1))
	if err != nil {
		return set, err
	}
	if len(text) > maxSet {
		return set, fmt.Errorf("objectives of more than %d MiB", maxSet>>20)
	}
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithKnownFields())
	if err != nil {
		return set, err
	}
	if err := loader.Load(&set); err == io.EOF {
		return set, errors.New("objectives: the file is empty")
	} else if err != nil {
		return set, err
	}
	if err := loader.Load(new(any)); err != io.EOF {
		return set, errors.New("objectives: the file has more than one document")
	}
	var errs []error
	seen := map[string]bool{}
	for i := range set.Objectives {
		o := &set.Objectives[i]
		if err := o.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("objectives[%d]: %w", i, err))
		}
		if seen[o.ID] {
			errs = append(errs, fmt.Errorf("objectives[%d].id: %q occurs twice", i, o.ID))
		}
		seen[o.ID] = true
	}
	if len(set.Objectives) == 0 {
		errs = append(errs, errors.New("objectives: there are none"))
	}
	return set, errors.Join(errs...)
}
