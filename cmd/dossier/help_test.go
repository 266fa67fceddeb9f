package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence"
)

func TestHelpTopicsConfigurationsAreValid(t *testing.T) {
	blocks := 0
	for _, c := range helpTopics() {
		for _, b := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(c.Long, -1) {
			blocks++
			a := &app{world: testWorld()}
			cfg, err := config.Parse(fmt.Sprintf("%s-%d.yaml", c.Name(), blocks), []byte(b[1]), a.configEnv())
			if err == nil {
				err = ready(a.jobs(cfg, nil))
			}
			if err != nil {
				t.Error(err)
			}
		}
	}
	if blocks < 2 {
		t.Errorf("%d configurations found", blocks)
	}
}

func TestHelpTopicsShowCommandsThatExist(t *testing.T) {
	root, shown := newRoot(testWorld()), 0
	for _, c := range helpTopics() {
		for _, m := range regexp.MustCompile(`(?m)^    dossier ([a-z-]+)([^\n]*)$`).FindAllStringSubmatch(c.Long, -1) {
			shown++
			cmd, _, err := root.Find([]string{m[1]})
			if err != nil || cmd == root {
				t.Errorf("%s shows dossier %s, which is no command", c.Name(), m[1])
				continue
			}
			for _, f := range regexp.MustCompile(`--([a-z-]+)`).FindAllStringSubmatch(m[2], -1) {
				if cmd.Flags().Lookup(f[1]) == nil && root.PersistentFlags().Lookup(f[1]) == nil {
					t.Errorf("%s shows dossier %s --%s", c.Name(), m[1], f[1])
				}
			}
		}
	}
	if shown < 10 {
		t.Errorf("%d commands found", shown)
	}
}

func TestHelpTopicsNameEverySourceAndPeriodForm(t *testing.T) {
	topics := map[string]string{}
	for _, c := range helpTopics() {
		topics[c.Name()] = c.Long
	}
	for _, s := range sources() {
		if !regexp.MustCompile(`(?m)^` + s.Name + ` `).MatchString(topics["sources"]) {
			t.Errorf("help sources lacks %s", s.Name)
		}
	}
	_, periods, _ := strings.Cut(topics["configuration"], "Periods: ")
	periods, _, _ = strings.Cut(periods, ". Days")
	list := strings.Split(strings.Join(strings.Fields(periods), " "), ", ")
	if len(list) < 8 {
		t.Fatalf("periods: %q", list)
	}
	for _, p := range list {
		if _, err := evidence.ParsePeriod(p, time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC), time.UTC, time.January); err != nil {
			t.Error(err)
		}
	}
}

func TestHelpPrintsATopicAndExitCodes(t *testing.T) {
	for topic, want := range map[string]string{"configuration": "# The configuration", "formulas": "lead time", "privacy": "allow-public", "sources": "confluence", "exit-codes": "4  a source needs sign-in"} {
		w, said := deskWorld(t)
		if code := run(t.Context(), w, []string{"help", topic}); code != 0 || !strings.Contains(said.String(), want) {
			t.Errorf("help %s: exit %d\n%s", topic, code, said.String())
		}
	}
}

func TestExtensionOfGhCallsItselfGhDossier(t *testing.T) {
	for file, want := range map[string]string{"/usr/bin/dossier": "dossier", "gh-dossier": "gh dossier", "/x/gh-dossier.exe": "gh dossier",
		"/x/gh-dossier_v1.2.3_linux-amd64": "gh dossier", "/tmp/my-dossier": "dossier", "": "dossier"} {
		if got := calledAs(file); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
	for args, want := range map[string]string{
		"":                 "gh dossier <command> [flags]",
		"help report":      "$ gh dossier report --objective mentoring",
		"lst":              "see 'gh dossier --help'",
		"report --nowhere": "see 'gh dossier report --help'",
		"report":           "make one with: gh dossier init",
		"show":             "usage: gh dossier show",
	} {
		w, said := deskWorld(t)
		w.name = "gh dossier"
		run(t.Context(), w, strings.Fields(args))
		if !strings.Contains(said.String(), want) {
			t.Errorf("gh dossier %s lacks %q:\n%s", args, want, said.String())
		}
		if strings.Contains(said.String(), "gh gh") || regexp.MustCompile(`\$ dossier`).MatchString(said.String()) {
			t.Errorf("gh dossier %s:\n%s", args, said.String())
		}
	}
}
