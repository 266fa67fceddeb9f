package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/config"
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

// Every command and flag that the README shows exists.
func TestReadmeCommandsExist(t *testing.T) {
	root := newRoot(testWorld())
	shown := regexp.MustCompile(`(?m)(?:^ +|\x60|\./cmd/)dossier ([a-z-]+)([^\n|>#\x60]*)`).FindAllStringSubmatch(readme(t), -1)
	if len(shown) < 10 {
		t.Fatalf("found only %d commands in the README", len(shown))
	}
	for _, m := range shown {
		cmd, _, err := root.Find([]string{m[1]})
		if err != nil || cmd == root {
			t.Errorf("the README shows dossier %s, which is no command", m[1])
			continue
		}
		for _, flag := range regexp.MustCompile(`--([a-z-]+)`).FindAllStringSubmatch(m[2], -1) {
			if cmd.Flags().Lookup(flag[1]) == nil && root.PersistentFlags().Lookup(flag[1]) == nil {
				t.Errorf("the README shows dossier %s --%s, which is no flag", m[1], flag[1])
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
