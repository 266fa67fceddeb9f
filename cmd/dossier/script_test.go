package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the golden parts of the scripts anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"dossier": main})
}

// TestScripts runs the program as a user does: one script for each command, and
// a paragraph for each fixed bug. The world is fixed: 30 June 2026 in
// Vancouver, an empty home, no git configuration but the script's own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, "home")
			env.Vars = append(env.Vars,
				"HOME="+home, "XDG_DATA_HOME="+filepath.Join(home, "data"), "XDG_CONFIG_HOME="+filepath.Join(home, "config"),
				"TZ=America/Vancouver", "SOURCE_DATE_EPOCH=1782860400", // 2026-06-30 16:00 in Vancouver
				"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+filepath.Join(home, "gitconfig"),
				"GIT_AUTHOR_DATE=2026-03-02T10:00:00-08:00", "GIT_COMMITTER_DATE=2026-03-02T10:00:00-08:00",
			)
			return os.MkdirAll(home, 0o700)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":  exits,
			"commit": commit,
			"spoil":  spoil,
			"allow":  allow,
			"holds":  holds,
		},
	})
}

// exits runs a command and asserts its exit code: exits 3 dossier collect.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("%s exits with %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// commit makes a clone with one commit for each message: commit DIR ADDRESS
// MESSAGE... The clone is made when it is not there.
func commit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: commit dir address message...")
	}
	dir, address := ts.MkAbs(args[0]), args[1]
	git := func(a ...string) {
		ts.Check(ts.Exec("git", append([]string{"-C", dir, "-c", "user.name=Robin Vale", "-c", "user.email=" + address}, a...)...))
	}
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		ts.Check(os.MkdirAll(dir, 0o755))
		git("init", "-q", "-b", "main")
		git("config", "user.name", "Robin Vale")
		git("config", "user.email", address)
	}
	for i, message := range args[2:] {
		name := filepath.Join(dir, strconv.Itoa(len(message))+"-"+strconv.Itoa(i)+".txt")
		ts.Check(os.WriteFile(name, []byte(message), 0o644))
		git("add", "-A")
		git("commit", "-q", "-m", message)
	}
}
