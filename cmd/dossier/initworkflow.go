package main

import (
	"context"
	_ "embed" // the workflow
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/dossier-report/dossier/config"
)

// workflowText is the workflow that runs the Action in a user's repository.
//
//go:embed workflow.yml
var workflowText string

// releaseCommit is set by a release build with -ldflags "-X main.releaseCommit=...": the 40
// digits of the commit that it was built from.
var releaseCommit = ""

// workflowPath is where GitHub looks for workflows, in a repository.
const workflowPath = ".github/workflows/evidence.yml"

// initAll writes the configuration, the workflow, or both: with --workflow, a
// configuration that is there stays as it is.
func (a *app) initAll(ctx context.Context, f *initFlags, workflow bool) error {
	if !workflow {
		return a.init(ctx, f)
	}
	path := filepath.Join(a.dir, config.FileName)
	if a.configPath != "" {
		path = a.abs(a.configPath)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := a.init(ctx, f); err != nil {
			return err
		}
	}
	return a.initWorkflow(path, f.force)
}

// initWorkflow writes the workflow into the repository that holds the
// configuration.
func (a *app) initWorkflow(configPath string, force bool) error {
	cfg, err := config.Load(configPath, a.configEnv())
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(configPath)
	if err != nil {
		return err
	}
	root := repositoryOf(filepath.Dir(configPath))
	inside, err := filepath.Rel(root, configPath)
	if err != nil {
		return err
	}
	inside = filepath.ToSlash(inside)
	if strings.ContainsFunc(inside, func(r rune) bool { return r < ' ' || r == 0x7f }) || strings.Contains(inside, "${{") {
		return fmt.Errorf("the path %q cannot stand in a workflow\nrename it", inside)
	}
	asked, local := workflowSources(cfg)
	text := strings.NewReplacer(
		"@@ACTION@@", actionRef(releaseCommit),
		"@@CONFIG@@", quoteYAML(inside),
		"@@SOURCES@@", quoteYAML(strings.Join(asked, ", ")),
		"          @@SECRETS@@\n", workflowSecrets(asked, string(raw)),
	).Replace(workflowText)
	out := filepath.Join(root, filepath.FromSlash(workflowPath))
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	file, err := os.OpenFile(out, flags, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already\nedit it, or replace it with: dossier init --workflow --force", out)
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	a.say("wrote %s", out)
	if len(local) > 0 {
		a.say("not asked there: %s; what they read is on this machine only", strings.Join(local, ", "))
	}
	if len(asked) == 0 {
		a.say("warning: no source of %s can be asked from GitHub's machines; add github, jira, confluence or slack", inside)
	}
	a.say("commit it with %s and dossier.decisions to a private repository, and set the secrets that it names", inside)
	return nil
}

// repositoryOf is the root of the clone that holds dir, dir itself outside of
// any.
func repositoryOf(dir string) string {
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, ".git")); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

// workflowSources divides the configured sources into those that any machine
// can ask and those that read this one.
func workflowSources(cfg *config.Config) (asked, local []string) {
	for _, c := range cfg.Sources {
		for _, s := range sources() {
			switch {
			case s.Name != c.Name:
			case s.Local:
				local = append(local, s.Name)
			default:
				asked = append(asked, s.Name)
			}
		}
	}
	return asked, local
}

// secretName finds the variables that a configuration takes secrets from.
var secretName = regexp.MustCompile(`\benv:([A-Za-z_][A-Za-z0-9_]*)`)

// workflowSecrets are the lines that give the step its tokens. GitHub takes no
// secret whose name begins with GITHUB_.
func workflowSecrets(asked []string, configText string) string {
	var names []string
	if slices.Contains(asked, "github") && !strings.Contains(configText, "env:GITHUB_TOKEN") {
		names = append(names, "GH_TOKEN")
	}
	var lines []string
	for _, l := range strings.Split(configText, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(l), "#") {
			lines = append(lines, l)
		}
	}
	for _, m := range secretName.FindAllStringSubmatch(strings.Join(lines, "\n"), -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	var b strings.Builder
	for _, n := range names {
		secret := n
		if strings.HasPrefix(strings.ToUpper(n), "GITHUB_") {
			secret = "DOSSIER_" + n
		}
		fmt.Fprintf(&b, "          %s: ${{ secrets.%s }}\n", n, secret)
	}
	if len(names) == 0 {
		return "          {}\n"
	}
	return b.String()
}

// actionRef is the version of the Action that a workflow names: this build's
// commit where it is known, since a tag can be moved.
func actionRef(commit string) string {
	version := versionText()
	if commit == "" {
		if info, ok := debug.ReadBuildInfo(); ok {
			for _, s := range info.Settings {
				if s.Key == "vcs.revision" {
					commit = s.Value
				}
			}
		}
	}
	if len(commit) == 40 {
		return commit + " # " + version
	}
	if strings.HasPrefix(version, "v") {
		return version + " # better: the commit of this version"
	}
	return "main # replace it by the 40 digits of a commit"
}

// quoteYAML is s as a string of YAML in single quotes.
func quoteYAML(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
