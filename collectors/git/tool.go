package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/dossier-report/dossier/collectors"
)

// The oldest git that can be asked without the user's configuration
// (GIT_CONFIG_GLOBAL came with it).
const (
	oldestMajor = 2
	oldestMinor = 32
)

// hardening switches off everything in a clone's own configuration that could
// run a program, open a connection, read a file elsewhere or change the output.
// "log" runs gpg.program where log.showSignature is set, reading the index runs
// core.fsmonitor, and a partial clone fetches through whatever its remote names.
var hardening = []string{
	"--no-pager",
	"-c", "log.showSignature=false",
	"-c", "core.fsmonitor=false",
	"-c", "core.hooksPath=" + os.DevNull,
	"-c", "core.attributesFile=" + os.DevNull,
	"-c", "core.pager=cat",
	"-c", "core.editor=false",
	"-c", "core.askPass=",
	"-c", "core.sshCommand=false",
	"-c", "core.quotePath=false",
	"-c", "credential.helper=",
	"-c", "gpg.program=false",
	"-c", "mailmap.file=",
	"-c", "protocol.allow=never",
	"-c", "color.ui=false",
	"-c", "diff.renameLimit=1000",
}

// tool is the installed git.
type tool struct {
	path    string
	version string
	env     collectors.Env
}

// findTool looks git up in the PATH of env and asks for its version. Relative
// entries of the PATH are passed over: they would run what lies in a folder.
func findTool(ctx context.Context, env collectors.Env) (*tool, error) {
	t := &tool{env: env}
	name := "git"
	if runtime.GOOS == "windows" {
		name = "git.exe"
	}
	for _, dir := range filepath.SplitList(env.Getenv("PATH")) {
		file := filepath.Join(dir, name)
		if st, err := os.Stat(file); filepath.IsAbs(dir) && err == nil && st.Mode().IsRegular() && (runtime.GOOS == "windows" || st.Mode()&0o111 != 0) {
			t.path = file
			break
		}
	}
	if t.path == "" {
		return nil, errors.New("git is not installed, or not in PATH\ninstall it from https://git-scm.com, or take git out of the sources")
	}
	out, err := t.output(ctx, "", nil, "version")
	if err != nil {
		return nil, fmt.Errorf("git version: %w", err)
	}
	t.version = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(string(out)), "git version "))
	if !newEnough(t.version) {
		return nil, fmt.Errorf("git %s is too old\ninstall git %d.%d or newer", t.version, oldestMajor, oldestMinor)
	}
	return t, nil
}

func newEnough(version string) bool {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	a, errA := strconv.Atoi(major)
	b, errB := strconv.Atoi(minor)
	return errA == nil && errB == nil && (a > oldestMajor || a == oldestMajor && b >= oldestMinor)
}

// environ is all that a child sees: no token, no proxy, no GIT_DIR of a hook
// that dossier may have been started from.
func (t *tool) environ(dir string) []string {
	env := []string{
		"PATH=" + t.env.Getenv("PATH"),
		"HOME=" + t.env.Home,
		"LC_ALL=C", // messages are told apart by their English text
		"TZ=UTC",
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_GLOBAL=" + os.DevNull,
		"GIT_ATTR_NOSYSTEM=1",
		"GIT_TERMINAL_PROMPT=0",
		"GIT_OPTIONAL_LOCKS=0",
		"GIT_NO_LAZY_FETCH=1",     // since git 2.39.4; before it, the next line stops a fetch
		"GIT_ALLOW_PROTOCOL=none", // a list of one protocol that does not exist
		"GIT_SSH_COMMAND=false",
		"GIT_NO_REPLACE_OBJECTS=1", // a commit is the same in every clone
		"GIT_GRAFT_FILE=" + os.DevNull,
		"GIT_PAGER=cat",
		"GIT_FLUSH=0", // else git writes to a pipe commit by commit, which costs a tenth of the time
	}
	if dir != "" {
		// A folder inside another clone is not that clone.
		env = append(env, "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	}
	if runtime.GOOS == "windows" {
		for _, name := range []string{"SystemRoot", "TEMP", "TMP", "USERPROFILE"} {
			env = append(env, name+"="+t.env.Getenv(name))
		}
	}
	return env
}

// command makes a git command for a clone. Nothing of args may come from the
// configuration; names of commits go through its input.
func (t *tool) command(ctx context.Context, dir string, safe []string, args ...string) *exec.Cmd {
	all := append([]string(nil), hardening...)
	for _, s := range safe {
		all = append(all, "-c", "safe.directory="+s)
	}
	cmd := exec.CommandContext(ctx, t.path, append(all, args...)...)
	cmd.Dir = dir
	cmd.Env = t.environ(dir)
	cmd.WaitDelay = time.Second
	return cmd
}

// output runs a command and returns what it printed; its error says what git said.
func (t *tool) output(ctx context.Context, dir string, safe []string, args ...string) ([]byte, error) {
	cmd := t.command(ctx, dir, safe, args...)
	var said stderr
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return out, explain(ctx, err, &said)
	}
	return out, nil
}

// stderr keeps the beginning of what a child complains about.
type stderr struct{ bytes.Buffer }

func (s *stderr) Write(p []byte) (int, error) {
	if room := 8<<10 - s.Len(); room > 0 {
		s.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// The ways in which git refuses a clone.
var (
	errDubious = errors.New("the clone belongs to another user, and git does not trust it")
	errNoClone = errors.New("not a git repository")
	errMissing = errors.New("objects are missing or corrupt")
)

var userinfo = regexp.MustCompile(`//[^/\s@]*@`)

// explain turns the end of a child into an error that says what to do.
func explain(ctx context.Context, err error, said *stderr) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	text := userinfo.ReplaceAllString(clean(said.String()), "//")
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	for l := range strings.Lines(text) {
		if after, ok := strings.CutPrefix(l, "fatal: "); ok {
			line = strings.TrimSpace(after)
			break
		}
	}
	lower := strings.ToLower(text)
	switch {
	case strings.Contains(lower, "dubious ownership"), strings.Contains(lower, "unsafe repository"):
		return errDubious
	case strings.Contains(lower, "not a git repository"):
		return errNoClone
	case line == "":
		return fmt.Errorf("git ended early: %w", err)
	}
	for _, sign := range []string{"missing", "corrupt", "bad object", "unable to read", "could not read", "could not parse",
		"unable to parse", "bad tree", "unable to unpack", "inflate", "failed to read object", "cannot read", "could not get object"} {
		if strings.Contains(lower, sign) {
			return fmt.Errorf("%w: %s", errMissing, line)
		}
	}
	return errors.New(line)
}

// cause returns what stands behind an error of a file, without the path.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
