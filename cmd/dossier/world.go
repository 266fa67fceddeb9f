package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cli/go-gh/v2/pkg/term"
)

// world is all of the outside that the program touches. Everything that
// differs between a test and a terminal is here, and only [osWorld] fills it
// from the operating system.
type world struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	now            func() time.Time // the only clock
	http           *http.Client
	dir            string         // the working directory
	home           string         // what ~ stands for; empty when there is none
	zone           *time.Location // of this machine, by its IANA name where it can be told
	terminal       terminal
	name           string   // how the user calls the program: dossier, or gh dossier
	exe            string   // the program's own file, for a schedule to run
	commands       []string // whose names follow that name in messages; see nameCommands
}

// terminal says what is at the other end of the standard streams.
type terminal struct {
	in, out, err bool
	width        int // columns of stdout; 80 when it is none
	color        bool
}

// osWorld is the world of a running process. A set SOURCE_DATE_EPOCH stops its
// clock, so that two runs can be compared byte by byte.
func osWorld() (*world, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	home, _ := os.UserHomeDir() // none is fine: paths with ~ then say so
	t := term.FromEnv()
	width, _, err := t.Size()
	if err != nil || width <= 0 {
		width = 80
	}
	now := time.Now
	if s, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		now = func() time.Time { return time.Unix(s, 0) }
	}
	exe, _ := os.Executable() // none is fine: a schedule then looks for it in PATH
	return &world{
		name: calledAs(os.Args[0]), exe: exe,
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.Getenv, now: now,
		http: &http.Client{Timeout: 2 * time.Minute},
		dir:  dir, home: home, zone: localZone(os.Getenv("TZ"), "/etc"),
		terminal: terminal{
			in:  term.IsTerminal(os.Stdin) && os.Getenv("GH_PROMPT_DISABLED") == "",
			out: t.IsTerminalOutput(), err: term.IsTerminal(os.Stderr),
			width: width, color: t.IsColorEnabled(),
		},
	}, nil
}

// localZone names this machine's time zone. Go knows it only as "Local", which
// says nothing in a file or a report, so it is looked up where systems keep the
// name: TZ, the link etc/localtime, the file etc/timezone; else it is UTC.
func localZone(tz, etc string) *time.Location {
	names := []string{strings.TrimPrefix(tz, ":")}
	if link, err := os.Readlink(filepath.Join(etc, "localtime")); err == nil {
		if _, name, ok := strings.Cut(link, "zoneinfo/"); ok {
			names = append(names, name)
		}
	}
	if b, err := os.ReadFile(filepath.Join(etc, "timezone")); err == nil {
		names = append(names, strings.TrimSpace(string(b)))
	}
	for _, n := range names {
		if n == "" {
			continue
		}
		if loc, err := time.LoadLocation(n); err == nil {
			return loc
		}
	}
	return time.UTC
}
