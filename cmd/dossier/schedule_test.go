package main

import (
	"strings"
	"testing"
	"time"
)

func TestScheduleQuotesPathsForCronAndSystemd(t *testing.T) {
	at := time.Date(0, 1, 1, 16, 40, 0, 0, time.UTC)
	got := cronLine("/opt/50% off/dossier", "/home/r/it's/dossier.yaml", "/home/r/it's", 5, at)
	if want := `40 16 * * 5 cd '/home/r/it'\''s' && '/opt/50\% off/dossier' report --config '/home/r/it'\''s/dossier.yaml'`; !strings.Contains(got, want+"\n") {
		t.Errorf("cron: %s, want %s", got, want)
	}
	got = systemdUnits(`/opt/50% "off"/dossier`, `/home/r/$x/dossier.yaml`, "/home/r/100%", -1, at)
	for _, want := range []string{`ExecStart="/opt/50%% \"off\"/dossier" report --config "/home/r/$$x/dossier.yaml"`, "WorkingDirectory=/home/r/100%%\n",
		"OnCalendar=*-*-* 16:40:00\n", "Persistent=true\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("systemd lacks %s:\n%s", want, got)
		}
	}
}

func TestScheduleTakesADayATimeAndOneKind(t *testing.T) {
	for args, want := range map[string]struct {
		code int
		has  string
		not  string
	}{
		"":                                  {0, "17 8 * * 1 cd", "no"},
		"--on Fri --at 16:40":               {0, "OnCalendar=Fri *-*-* 16:40:00", "no"},
		"--on sunday --for cron":            {0, "17 8 * * 0 cd", "[Timer]"},
		"--on daily --for systemd":          {0, "OnCalendar=*-*-* 08:17:00", "crontab"},
		"--on someday":                      {exitUsage, "--on takes a day", "[Timer]"},
		"--at 25:00":                        {exitUsage, "--at takes a time", "[Timer]"},
		"--for launchd":                     {exitUsage, "--for takes cron or systemd", "[Timer]"},
		"--config /nowhere/at/dossier.yaml": {0, "'/nowhere/at/dossier.yaml'", "no such"},
	} {
		w, said := deskWorld(t)
		put(t, w.dir, "dossier.yaml", remoteConfig)
		code := run(t.Context(), w, append([]string{"schedule"}, strings.Fields(args)...))
		if code != want.code || !strings.Contains(said.String(), want.has) || want.not != "no" && strings.Contains(said.String(), want.not) {
			t.Errorf("schedule %s: exit %d\n%s", args, code, said.String())
		}
	}
}
