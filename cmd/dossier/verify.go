package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/cli/go-gh/v2/pkg/tableprinter"
	"github.com/spf13/cobra"

	"github.com/dossier-report/dossier/config"
	"github.com/dossier-report/dossier/evidence"
	"github.com/dossier-report/dossier/evidence/store"
	"github.com/dossier-report/dossier/objectives"
	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/manifest"
)

// What the store says of an item of a report.
const (
	stillSame  = "same"
	nowChanged = "changed" // it reads otherwise than when the report was made
	nowGone    = "gone"    // its source lacks it; the store keeps it
	notStored  = "missing" // erased, or never in this store
)

// verified is an item of a report with what became of it.
type verified struct {
	manifest.Entry
	state string // empty where there is no store
}

var verifiedFields = []field[verified]{
	{"fetchedAt", func(v verified) any { return v.Fetched }},
	{"hash", func(v verified) any { return v.Hash }},
	{"id", func(v verified) any { return v.ID }},
	{"query", func(v verified) any { return v.Query }},
	{"source", func(v verified) any { return v.Source }},
	{"state", func(v verified) any { return v.state }},
	{"url", func(v verified) any { return v.URL }},
}

type verifyFlags struct {
	json   jsonFlags[verified]
	signed signedBy
	strict bool
}

func newVerify(a *app) *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify <file>",
		Short: "Is this report as it was written, and do its records still stand?",
		Long: "Check a PDF report against the manifest that it carries: whether any byte of the file is\n" +
			"other than dossier wrote it (exit code 1). Nothing is asked of the network. Where the\n" +
			"configuration and its store are at hand, every item of the report is compared with what\n" +
			"the store holds now: same, changed, gone from its source, or missing from the store.\n" +
			"With --strict, an item that is not the same is exit code 1 too.\n\n" +
			"The manifest shows a change. It does not show who wrote the file: for that, sign the\n" +
			"report (dossier report --sign) and verify with --signer and --allowed-signers, a file as\n" +
			"'ssh-keygen -Y verify' reads it. A missing signature and an unknown signer fail.",
		Example: "  $ dossier verify robin-vale-2026-h1.pdf\n" +
			"  $ dossier verify robin-vale-2026-h1.pdf --signer robin@example.org --allowed-signers signers\n" +
			"  $ dossier verify robin-vale-2026-h1.pdf --json id,state --jq '.[] | select(.state != \"same\")'",
		Args: exactly(1, "a file"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.verify(cmd.Context(), args[0], &f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.signed.signature, "signature", "", "The signature is in this `file` (default: the report's name with .sig)")
	fl.StringVar(&f.signed.signer, "signer", "", "The signature must be by this `name` of the allowed signers")
	fl.StringVar(&f.signed.allowed, "allowed-signers", "", "Take the signers' public keys from this `file`")
	fl.BoolVar(&f.strict, "strict", false, "Fail when an item is not as the report has it")
	f.json.register(cmd, verifiedFields)
	return cmd
}

func (a *app) verify(ctx context.Context, name string, f *verifyFlags) error {
	if err := f.signed.check(); err != nil {
		return err
	}
	path := a.abs(name)
	raw, err := readReport(path)
	if err != nil {
		return err
	}
	m, err := manifest.Read(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	signature := "not asked for"
	if f.signed.asked() {
		if err := a.checkSignature(ctx, path, raw, f.signed); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		signature = "good, by " + f.signed.signer
	}
	rows, compared, err := a.compare(ctx, m)
	if err != nil {
		return err
	}
	if f.json.asked() {
		err = f.json.writeAll(a.world, rows)
	} else {
		err = a.printVerified(m, rows, signature, compared)
	}
	if err != nil {
		return err
	}
	if other := len(rows) - count(rows, stillSame); f.strict && other > 0 {
		if compared != "" {
			return fmt.Errorf("%s: its items could not be compared: %s", name, compared)
		}
		return fmt.Errorf("%s: %d of %d items are not as the report has them", name, other, len(rows))
	}
	return nil
}

// readReport reads a file that may be a report, of no more than a bounded length.
func readReport(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, manifest.MaxFile+1))
	if err == nil && len(raw) > manifest.MaxFile {
		err = fmt.Errorf("%s: longer than any report (%d MB)", path, manifest.MaxFile>>20)
	}
	return raw, err
}

// compare says of every item what the store holds of it now. Where there is no
// store, without says why and the states are empty.
func (a *app) compare(ctx context.Context, m *manifest.Manifest) (rows []verified, without string, err error) {
	for _, e := range m.Entries {
		rows = append(rows, verified{Entry: e})
	}
	if _, err := a.configFile(); err != nil { // none is fine, a wrong one is not
		return rows, firstLine(err), nil
	}
	cfg, err := a.load()
	if err != nil {
		return nil, "", err
	}
	path := a.storeFile(cfg)
	switch _, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist): // to open it would make it
		return rows, "there is no store at " + path, nil
	case err != nil:
		return nil, "", err
	}
	st, err := a.open(ctx, cfg)
	if err != nil {
		return nil, "", err
	}
	defer st.Close()
	now, err := statesNow(ctx, cfg, st, m)
	if err != nil {
		return nil, "", err
	}
	for i := range rows {
		if rows[i].state = now[rows[i].ID]; rows[i].state == "" {
			rows[i].state = notStored
		}
	}
	return rows, "", nil
}

// statesNow gives the state of each item of the manifest that is stored or
// noted, by id.
func statesNow(ctx context.Context, cfg *config.Config, st store.Store, m *manifest.Manifest) (map[string]string, error) {
	hashes := make(map[string]string, len(m.Entries))
	for _, e := range m.Entries {
		hashes[e.ID] = e.Hash
	}
	states := make(map[string]string, len(m.Entries))
	see := func(it evidence.Item, gone bool) {
		hash, ok := hashes[it.ID]
		if !ok {
			return
		}
		state := nowChanged
		if raw, err := evidence.Encode(it); gone {
			state = nowGone
		} else if err == nil && m.Hash(evidence.Hash(raw)) == hash {
			state = stillSame
		}
		states[it.ID] = state
	}
	decisions, err := readDecisions(cfg.Decisions)
	if err != nil {
		return nil, err
	}
	for _, it := range objectives.Notes(decisions, cfg.Self) {
		see(it, false)
	}
	for rec, err := range st.Items(ctx, store.Filter{}) {
		if err != nil {
			return nil, err
		}
		see(rec.Item, !rec.GoneAt.IsZero())
	}
	return states, nil
}

// printVerified prints the answer: what the file is, and each item that is not
// as the report has it.
func (a *app) printVerified(m *manifest.Manifest, rows []verified, signature, without string) error {
	t := tableprinter.New(a.stdout, a.terminal.out, a.terminal.width)
	line := func(name, value string) {
		t.AddField(name)
		t.AddField(gate.Terminal(value), tableprinter.WithTruncate(nil))
		t.EndRow()
	}
	line("file", "unchanged and complete")
	line("made by", "dossier "+m.Version)
	line("period", cmp.Or(day(m.From, m.Zone), "the beginning")+" to "+cmp.Or(day(m.To, m.Zone), "now")+", the last day not included, "+m.Zone)
	line("items", fmt.Sprint(len(rows)))
	line("signature", signature)
	if without != "" {
		line("records", "not compared: "+without)
		return t.Render()
	}
	line("records", fmt.Sprintf("%d same, %d changed, %d gone, %d missing", count(rows, stillSame), count(rows, nowChanged), count(rows, nowGone), count(rows, notStored)))
	for _, r := range rows {
		if r.state != stillSame {
			line(r.state, r.ID)
		}
	}
	return t.Render()
}

// day is the day of an RFC 3339 moment in a zone; "" stays "".
func day(text, zone string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	if loc, err := time.LoadLocation(zone); err == nil {
		t = t.In(loc)
	}
	return t.Format(time.DateOnly)
}

func count(rows []verified, state string) (n int) {
	for _, r := range rows {
		if r.state == state {
			n++
		}
	}
	return n
}
