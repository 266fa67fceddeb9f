package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence"
)

func readme(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func testWorld() *world {
	return &world{getenv: func(string) string { return "" }, dir: "/", home: "/home/robin"}
}

func TestReadmeConfigurationIsValid(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	if len(blocks) == 0 {
		t.Fatal("the README shows no configuration")
	}
	for i, b := range blocks {
		a := &app{world: testWorld()}
		cfg, err := config.Parse(fmt.Sprintf("README-%d.yaml", i+1), []byte(b[1]), a.configEnv())
		if err != nil {
			t.Errorf("block %d: %v", i+1, err)
			continue
		}
		if err := ready(a.jobs(cfg, nil)); err != nil {
			t.Errorf("block %d: %v", i+1, err)
		}
	}
}

// Every command, flag and period that the README and the help texts show exists.
func TestShownCommandsExist(t *testing.T) {
	root := newRoot(testWorld())
	root.InitDefaultHelpCmd()
	text := readme(t)
	for _, c := range root.Commands() {
		text += "\n" + c.Example
	}
	shown := regexp.MustCompile(`(?m)(?:^ +(?:\$ )?|\x60|\./cmd/|&& )dossier ([a-z-]+)([^\n|>#&\x60]*)`).FindAllStringSubmatch(text, -1)
	if len(shown) < 30 {
		t.Fatalf("found only %d commands", len(shown))
	}
	for _, p := range regexp.MustCompile(`--period (?:'([^']+)'|([^ '\n]+))`).FindAllStringSubmatch(text, -1) {
		if _, err := evidence.ParsePeriod(p[1]+p[2], time.Date(2026, 6, 30, 12, 0, 0, 0, time.UTC), time.UTC, time.January); err != nil {
			t.Error(err)
		}
	}
	for _, m := range shown {
		cmd, _, err := root.Find([]string{m[1]})
		if err != nil || cmd == root {
			t.Errorf("dossier %s is shown and no command", m[1])
			continue
		}
		for _, flag := range regexp.MustCompile(`--([a-z-]+)`).FindAllStringSubmatch(m[2], -1) {
			if cmd.Flags().Lookup(flag[1]) == nil && root.PersistentFlags().Lookup(flag[1]) == nil {
				t.Errorf("dossier %s --%s is shown and no flag", m[1], flag[1])
			}
		}
	}
}

func TestEveryCommandIsDescribed(t *testing.T) {
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Short == "" {
			t.Errorf("%s has no description", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(testWorld()))
}

func TestReadmeListsTheExitCodes(t *testing.T) {
	text := readme(t)
	for _, line := range strings.Split(exitCodes, "\n") {
		code, means, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if !strings.Contains(text, "| "+code+" | "+means+" |") {
			t.Errorf("the README lacks exit code %s: %s", code, means)
		}
	}
}
