package report

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/dossier-report/dossier/evidence"
)

// human is somebody as a report knows them.
type human struct {
	// name is what they are called in print: as the configuration calls them,
	// else their full name, else their login; "" for somebody unknown.
	name string
	// key is the same for everything that one human being is called: as far
	// as the configuration, or else the full name, can tell.
	key       string
	id        evidence.Identity // as the configuration has it
	self, bot bool
}

// other reports whether they are somebody else, and no program.
func (h *human) other() bool { return h.name != "" && !h.self && !h.bot }

// called is how a source names somebody.
type called struct {
	source string
	evidence.Person
}

// human returns who p, as source names them, is. A half year names the same few
// people thousands of times, so the answer is kept.
func (b *builder) human(source string, p evidence.Person) *human {
	if h, ok := b.humans[called{source, p}]; ok {
		return h
	}
	id, known := b.People.Find(source, p)
	h := &human{id: id, self: b.Self.Is(source, p), name: line(cmp.Or(id.Name, p.Name, p.Login, p.Email))}
	switch {
	case known:
		h.key, h.bot = "known\x00"+id.Name, strings.EqualFold(id.Relation, "bot")
	case p.Name == "" && p.Login != "":
		h.key = source + "\x00" + strings.ToLower(p.Login)
	default:
		h.key = "name\x00" + strings.ToLower(h.name)
	}
	if !known {
		h.bot = botNames.MatchString(p.Login) || botNames.MatchString(p.Name)
	}
	b.humans[called{source, p}] = h
	return h
}

// self reports whether p is the person whose report it is.
func (b *builder) self(source string, p evidence.Person) bool { return b.human(source, p).self }

// botNames are accounts of programs: those that say so in their names and
// those that are known.
var botNames = regexp.MustCompile(`(?i)^(app/.*|.*\[bot\]|(.*[-_.])?bot|dependabot.*|renovate.*|github-actions|codecov.*|mergify|sonarcloud|slackbot|snyk.*|greenkeeper.*|automation for jira|jira automation|web-flow)$`)
