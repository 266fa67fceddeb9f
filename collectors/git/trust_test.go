package git

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// script writes a program; what it prints to standard error is of no interest.
func script(t testing.TB, file, text string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("scripts are for a Unix shell")
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestT31HostileGitConfigIsNotExecuted(t *testing.T) {
	env := world(t)
	h := team()
	h.commit(made{author: robin, at: date("2026-05-01"), message: "With attributes",
		files: map[string]string{".gitattributes": "* diff=evil filter=evil\n", "x.txt": "a\n"}})
	dir := h.write(t, env.Home+"/api")
	git(t, dir, "checkout", "-q", "main")
	signed(t, dir)

	marker := filepath.Join(env.Home, "executed")
	evil := script(t, filepath.Join(env.Home, "evil"), "echo \"$0 $*\" >> "+marker+"\ncat\n")
	for key, value := range map[string]string{
		"log.showSignature": "true", "gpg.program": evil, "gpg.ssh.program": evil, "gpg.x509.program": evil, "gpg.format": "openpgp",
		"core.fsmonitor": evil, "core.pager": evil, "pager.log": evil, "core.editor": evil, "core.askPass": evil,
		"core.sshCommand": evil, "core.gitProxy": evil, "core.hooksPath": filepath.Join(env.Home, "hooks"), "core.alternateRefsCommand": evil,
		"diff.external": evil, "diff.evil.command": evil, "diff.evil.textconv": evil, "diff.evil.cachetextconv": "true",
		"filter.evil.clean": evil, "filter.evil.smudge": evil, "filter.evil.process": evil, "filter.evil.required": "true",
		"credential.helper": "!" + evil, "alias.log": "!" + evil, "alias.for-each-ref": "!" + evil, "alias.diff-tree": "!" + evil,
		"uploadpack.packObjectsHook": evil, "remote.origin.uploadpack": evil, "remote.origin.url": "ext::" + evil,
		"remote.origin.promisor": "true", "remote.origin.vcs": "evil", "protocol.allow": "always", "log.diffMerges": "separate", "log.follow": "true",
		"mailmap.file": "/dev/zero", "core.attributesFile": "/dev/zero", "diff.orderFile": "/dev/zero", "color.ui": "always", "log.mailmap": "false",
		"diff.renames": "copies", "format.pretty": "oneline", "i18n.logOutputEncoding": "UTF-16", "log.date": "iso", "log.decorate": "full",
	} {
		git(t, dir, "config", key, value)
	}
	for _, hook := range []string{"post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc"} {
		script(t, filepath.Join(env.Home, "hooks", hook), "echo hook >> "+marker+"\n")
		script(t, filepath.Join(dir, ".git", "hooks", hook), "echo hook >> "+marker+"\n")
	}
	// A blob is missing: a partial clone would fetch it through the remote.
	removeObject(t, dir, blob(t, dir, "main:x.txt"))

	// The traps work: git itself falls into one.
	bait := plain(dir, "log", "-1", "signed")
	_ = bait.Run()
	if _, err := os.Stat(marker); err != nil {
		t.Fatal("the trap does not work: git log runs no gpg.program")
	}
	_ = os.Remove(marker)

	got := collect(t, env, half, newSink())
	if what, err := os.ReadFile(marker); err == nil {
		t.Errorf("executed: %s", what)
	}
	if n := len(got.given()); n < 11 {
		t.Errorf("only %d commits: %s; %+v", n, got.titles(), got.gaps)
	}
	if _, err := Inspect(t.Context(), env, dir); err != nil {
		t.Error(err)
	}
	makeCollector(t, env, "paths: ['~']").Check(t.Context())
	if what, err := os.ReadFile(marker); err == nil {
		t.Errorf("executed by Inspect or Check: %s", what)
	}
}

// signed adds a branch with a commit that claims a signature.
func signed(t testing.TB, dir string) {
	t.Helper()
	raw := git(t, dir, "cat-file", "commit", "main")
	head, body, _ := strings.Cut(raw, "\n\n")
	cmd := plain(dir, "hash-object", "-t", "commit", "-w", "--stdin")
	cmd.Stdin = strings.NewReader(head + "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ\n -----END PGP SIGNATURE-----\n\nSigned: " + body)
	id, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	git(t, dir, "update-ref", "refs/heads/signed", strings.TrimSpace(string(id)))
}

func blob(t testing.TB, dir, rev string) string { return git(t, dir, "rev-parse", rev) }

func TestT32OptionsInTheConfigurationAreOnlyText(t *testing.T) {
	env := world(t)
	dir := teamClone(t, env)
	file := filepath.Join(env.Home, "written")
	env.Self.Emails = append(env.Self.Emails, "--output="+file+"@example.org", "--output="+file)
	env.Self.Logins["github"] = []string{"--output=" + file}
	yaml := fmt.Sprintf("{paths: ['~', '--output=%s', '--exec-path=%s'], refs: ['--output=%s', main, '--all'], exclude: ['--output=x']}", file, file, file)
	s := newSink()
	if err := makeCollector(t, env, yaml).Collect(t.Context(), half, s); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a file is written")
	}
	if !strings.Contains(s.titles(), "Move") {
		t.Errorf("found %s", s.titles())
	}
	// Names of commits are the only words that reach git, and only in full.
	for _, word := range []string{"--output=" + file, "main", "-p", "^main", "abc", strings.Repeat("a", 40) + "\n--all"} {
		if got := revisions([]string{word}, []string{word}); got != "" {
			t.Errorf("%q reaches git as %q", word, got)
		}
	}
	_ = dir
}

func TestT45GitRunsWithoutTokens(t *testing.T) {
	env := world(t)
	teamClone(t, env)
	real, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	seen := filepath.Join(env.Home, "seen")
	bin := filepath.Dir(script(t, filepath.Join(env.Home, "bin", "git"), "env >> "+seen+"\necho \"$@\" >> "+seen+"\nexec "+real+" \"$@\"\n"))
	for _, name := range []string{"GH_TOKEN", "GITHUB_TOKEN", "JIRA_API_TOKEN", "SSH_AUTH_SOCK", "GIT_DIR", "GIT_ASKPASS", "HTTPS_PROXY"} {
		t.Setenv(name, "canary-"+name)
	}
	env.Getenv = func(name string) string {
		if name == "PATH" {
			return bin + string(os.PathListSeparator) + os.Getenv("PATH")
		}
		return os.Getenv(name)
	}
	if got := collect(t, env, half, newSink()); len(got.given()) < 10 {
		t.Errorf("found %s, %+v", got.titles(), got.gaps)
	}
	if _, err := Inspect(t.Context(), env, env.Home); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(seen)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "canary") {
			t.Errorf("git sees %s", line)
		}
	}
}
