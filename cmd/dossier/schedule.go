package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// scheduleFlags say when a laptop makes the report by itself.
type scheduleFlags struct {
	on, at string
	only   string
}

func newSchedule(a *app) *cobra.Command {
	var f scheduleFlags
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Print what makes the report every week on this machine",
		Long: "Print a line for cron and the two units of a systemd timer that make the report once a\n" +
			"week. Nothing is installed: the comments say where each goes. The timer also makes up for a\n" +
			"week in which the machine was off; cron does not.\n\n" +
			"For GitHub Actions instead: dossier init --workflow",
		Example: "  $ dossier schedule\n" +
			"  $ dossier schedule --on friday --at 16:40 --for systemd",
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.schedule(&f) },
	}
	cmd.Flags().StringVar(&f.on, "on", "monday", "The `day` of the week, or every day: daily")
	cmd.Flags().StringVar(&f.at, "at", "08:17", "The `time` of the day, in this machine's zone")
	cmd.Flags().StringVar(&f.only, "for", "", "Print only what is for: {cron|systemd}")
	return cmd
}

func (a *app) schedule(f *scheduleFlags) error {
	at, err := time.Parse("15:04", f.at)
	if err != nil {
		return usagef("--at takes a time such as 08:17, got %q", f.at)
	}
	day, err := weekday(f.on)
	if err != nil {
		return err
	}
	if f.only != "" && f.only != "cron" && f.only != "systemd" {
		return usagef("--for takes cron or systemd, got %q", f.only)
	}
	cfg, err := a.configFile()
	if err != nil {
		return err
	}
	exe := a.exe
	if exe == "" {
		exe = "dossier"
	}
	for _, path := range []string{exe, cfg} {
		if strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("%q cannot stand in a schedule\nmove it to a path without control characters", path)
		}
	}
	dir := filepath.Dir(cfg)
	var b strings.Builder
	if f.only != "systemd" {
		b.WriteString(cronLine(exe, cfg, dir, day, at))
	}
	if f.only == "" {
		b.WriteByte('\n')
	}
	if f.only != "cron" {
		b.WriteString(systemdUnits(exe, cfg, dir, day, at))
	}
	_, err = fmt.Fprint(a.stdout, b.String())
	return err
}

// weekday understands a day by its first letters; -1 is every day.
func weekday(s string) (int, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "daily" {
		return -1, nil
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if len(s) >= 3 && strings.HasPrefix(strings.ToLower(d.String()), s) {
			return int(d), nil
		}
	}
	return 0, usagef("--on takes a day of the week or daily, got %q", s)
}

// cronLine is a line of a crontab (crontab(5)): the shell reads the words, and
// cron reads % before it does.
func cronLine(exe, cfg, dir string, day int, at time.Time) string {
	on := "*"
	if day >= 0 {
		on = fmt.Sprint(day)
	}
	word := func(s string) string {
		return strings.ReplaceAll("'"+strings.ReplaceAll(s, "'", `'\''`)+"'", "%", `\%`)
	}
	return fmt.Sprintf("# cron: add this line with crontab -e\n%d %d * * %s cd %s && %s report --config %s\n",
		at.Minute(), at.Hour(), on, word(dir), word(exe), word(cfg))
}

// systemdUnits are a service and its timer (systemd.service(5), systemd.timer(5)).
func systemdUnits(exe, cfg, dir string, day int, at time.Time) string {
	on := ""
	if day >= 0 {
		on = time.Weekday(day).String()[:3] + " "
	}
	plain := func(s string) string { return strings.ReplaceAll(s, "%", "%%") }
	word := func(s string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", "$$", "%", "%%").Replace(s) + `"`
	}
	return fmt.Sprintf(`# systemd: ~/.config/systemd/user/dossier.service
[Unit]
Description=Evidence report

[Service]
Type=oneshot
WorkingDirectory=%s
ExecStart=%s report --config %s

# systemd: ~/.config/systemd/user/dossier.timer
# then: systemctl --user daemon-reload && systemctl --user enable --now dossier.timer
[Unit]
Description=Evidence report, regularly

[Timer]
OnCalendar=%s*-*-* %02d:%02d:00
Persistent=true
RandomizedDelaySec=5m

[Install]
WantedBy=timers.target
`, plain(dir), word(exe), word(cfg), on, at.Hour(), at.Minute())
}
