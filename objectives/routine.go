package objectives

import (
	"regexp"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// What bots (and people instead of them) do as routine, by its title. The
// whole title must be of the form, so that "Upgrade the trainer to FSDP2" is
// not one.
var (
	dependencyBump = regexp.MustCompile(`(?i)^(?:[a-z]+(?:\([^)]*\))?!?:\s*|\[[^\]]*\]\s*)*(?:` +
		`(?:bump|bumps|update|upgrade)\s+(?:the\s+)?(?:dependency\s+)?\S+(?:\s+(?:group|version|requirement|action|docker tag|digest|orb))*(?:\s+(?:across|in)\s+.*)?\s+(?:from\s+\S+\s+)?to\s+v?[0-9a-f][\w.+-]*` +
		`|bump\s+the\s+.*\bgroup\b.*` +
		`|(?:update|bump|upgrade)\s+(?:all\s+)?(?:non-major\s+)?(?:dependencies|deps|requirements|lock\s?files?)` +
		`|(?:lock\s?file maintenance|pre-commit autoupdate)` +
		`)(?:\s+(?:in|with)\s+.*)?(?:\s*\(?#\d+\)?)*$`)
	versionBump = regexp.MustCompile(`(?i)^(?:[a-z]+(?:\([^)]*\))?!?:\s*|\[[^\]]*\]\s*)*(?:` +
		`(?:bump|update|set|increment)\s+(?:the\s+)?(?:package\s+|dev\s+|release\s+)?version\b.*` +
		`|(?:release|version|prepare|prepare for|start|post-release)?:?\s*v?\d+\.\d+[\w.+-]*(?:\s+(?:release|dev|post-release))?` +
		`)(?:\s*\(?#\d+\)?)*$`)
	merge = regexp.MustCompile(`^Merge (?:branch|remote-tracking branch|tag) '`)
)

// routineStarts are words in titles of routine, as a cheap first question.
var routineStarts = []string{"bump", "updat", "upgrad", "versio", "releas", "merge", "lock", "pre-commit"}

// botNames are accounts of bots that do not say so by "[bot]".
var botNames = []string{"dependabot", "dependabot-preview", "renovate", "renovate-bot", "greenkeeper", "pyup-bot",
	"snyk-bot", "github-actions", "pre-commit-ci", "mergify", "allcontributors", "imgbot", "codecov-io", "stale"}

// routine says why an item is a bot's routine, or returns "". Somebody else's
// item on which the person wrote something is not.
func routine(it *evidence.Item) string {
	if wroteOn(it) && !it.Own() {
		return ""
	}
	if mayBeRoutine(it.Title) {
		switch {
		case versionBump.MatchString(it.Title):
			return "version bump"
		case dependencyBump.MatchString(it.Title):
			return "dependency bump"
		case merge.MatchString(it.Title):
			return "merge of a branch"
		}
	}
	if it.Author != nil && (isBot(it.Author.Login) || isBot(it.Author.Name)) {
		return "a bot's own"
	}
	for _, l := range it.Labels {
		if strings.EqualFold(l, "dependencies") {
			return "dependency bump"
		}
	}
	return ""
}

func wroteOn(it *evidence.Item) bool {
	for i := range it.Acts {
		if it.Acts[i].Text != "" {
			return true
		}
	}
	return false
}

func mayBeRoutine(title string) bool {
	if title != "" && (title[0] == 'v' || title[0] >= '0' && title[0] <= '9') {
		return true
	}
	head := title[:min(len(title), 40)]
	for i := range head {
		for _, w := range routineStarts {
			if len(head)-i >= len(w) && lowerASCII(head[i]) == w[0] && strings.EqualFold(head[i:i+len(w)], w) {
				return true
			}
		}
	}
	return false
}

func isBot(name string) bool {
	const suffix = "[bot]"
	if n := len(name) - len(suffix); n > 0 && strings.EqualFold(name[n:], suffix) {
		return true
	}
	return containsFold(botNames, name)
}
