package config

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"

	"github.com/dossier-report/dossier/objectives"
)

//go:embed example.yaml
var example string

// Example returns a commented configuration with every key.
func Example() []byte { return []byte(example) }

// StarterInput is what a first configuration is made from; everything may be
// empty.
type StarterInput struct {
	Name     string
	Role     string
	Emails   []string
	GitHub   string   // login
	TimeZone string   // by its IANA name
	Period   string   // in a form that [evidence.ParsePeriod] reads
	GitPaths []string // clones, or globs of clones
	// Templates are the objectives' templates, by name; senior-ml-scientist
	// when there are none.
	Templates []string
	// Sources are further parts below "sources:", as YAML, each beginning
	// with its name: "github:\n  orgs: [acme]".
	Sources []string
}

// DefaultTemplate is the template of a configuration that names none.
const DefaultTemplate = "senior-ml-scientist"

// Starter returns a first configuration with comments, which [Load] accepts
// whatever the name holds.
func Starter(in StarterInput) []byte {
	var b strings.Builder
	line := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n", a...) }
	line("# yaml-language-server: $schema=dossier.schema.json")
	line("# What else may stand here: dossier config example")
	line("")
	line("person:")
	line("  name: %s", quote(orElse(in.Name, orElse(strings.Join(in.Emails[:min(1, len(in.Emails))], ""), "My name"))))
	optional := func(key, value, comment string) {
		if strings.TrimSpace(printable(value)) != "" {
			line("  %s: %s", key, quote(value))
		} else if comment != "" {
			line("  # %s: %s", key, comment)
		}
	}
	optional("role", in.Role, "Machine-learning scientist")
	optional("time_zone", in.TimeZone, "Europe/Lisbon   # the machine's own by default")
	optional("github", in.GitHub, "my-login")
	if emails := quoted(in.Emails); len(emails) > 0 {
		line("  emails: [%s]   # all that commits were made with", strings.Join(emails, ", "))
	} else {
		line("  # emails: [me@example.org]   # all that commits were made with")
	}
	line("")
	line("period: %s   # or Q2 2026, last 6 months, 2026-01-01..2026-06-30, ...", quote(orElse(in.Period, DefaultPeriod)))
	line("")
	line("# Colleagues, where the report needs to know what they are to me.")
	line("# people:")
	line("#   - {name: Ana Duarte, github: ana-d, relation: junior}")
	line("")
	starterSources(line, in)
	line("")
	line("# What the review asks for. The built-in templates: %s", strings.Join(objectives.Templates(), ", "))
	line("objectives:")
	templates := in.Templates
	if len(templates) == 0 {
		templates = []string{DefaultTemplate}
	}
	for _, t := range templates {
		line("  - use: %s", quote(t))
	}
	return []byte(b.String())
}

func starterSources(line func(string, ...any), in StarterInput) {
	line("# Secrets never stand here: env:NAME names a variable of the environment.")
	paths := quoted(in.GitPaths)
	if len(paths)+len(in.Sources) == 0 {
		line("sources:")
		line("  # git: {paths: [~/src/*]}")
		line("  # github: {orgs: [acme]}")
		return
	}
	line("sources:")
	if len(paths) > 0 {
		line("  git:")
		line("    paths: [%s]", strings.Join(paths, ", "))
	}
	for _, s := range in.Sources {
		for l := range strings.Lines(strings.TrimSpace(s)) {
			line("  %s", strings.TrimRight(l, "\n"))
		}
	}
}

func orElse(s, otherwise string) string {
	if strings.TrimSpace(printable(s)) == "" {
		return otherwise
	}
	return s
}

func quoted(values []string) []string {
	var out []string
	for _, v := range values {
		if strings.TrimSpace(printable(v)) != "" {
			out = append(out, quote(v))
		}
	}
	return out
}

// quote writes a text as a YAML scalar that stands for the text itself: bare
// where it is plainly a word, else in double quotes.
func quote(s string) string {
	s = strings.TrimSpace(printable(s))
	plain := s != ""
	for i, r := range s {
		first := unicode.IsLetter(r)
		plain = plain && (first || i > 0 && (unicode.IsDigit(r) || strings.ContainsRune("-_./@ ", r)))
	}
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		plain = false
	}
	if plain {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// printable turns what cannot stand on a line of YAML into spaces.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == unicode.ReplacementChar || r&0xfffe == 0xfffe {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
}
