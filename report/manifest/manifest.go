// Package manifest ties a report to the records that it was made from.
//
// A [Manifest] lists every entry of a report with where it is from and a hash
// of what it held. [Embed] puts it into a PDF as an attachment and seals the
// file: a digest of every byte but its own stands in the trailer. [Read] finds
// any later change. The seal shows that a file is not what was written; who
// wrote it is for a signature beside the file to say.
package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dossier-report/dossier/report/gate"
)

// Format is the version of the manifest that this package writes and reads.
const Format = 1

const (
	maxText  = 2000      // characters of an address or a query
	maxBytes = 256 << 20 // of a manifest
)

// Manifest says what a report was made from. It names no person of its own
// accord; ids, addresses and queries are the records'.
type Manifest struct {
	Format  int     `json:"dossier_manifest"`
	Version string  `json:"version"` // of the program
	From    string  `json:"from"`    // RFC 3339; empty where the period is open
	To      string  `json:"to"`      // excluded
	Zone    string  `json:"zone"`    // IANA name
	Config  string  `json:"config"`  // hash of the configuration
	Report  string  `json:"report"`  // SHA-256 of the report's value as JSON, in hexadecimal
	Salt    string  `json:"salt"`    // of the entries' hashes, in hexadecimal
	Entries []Entry `json:"entries"` // in the report's order
	Digest  string  `json:"digest"`  // SHA-256 of the manifest with this field empty
}

// Entry is one item of the report.
type Entry struct {
	ID      string    `json:"id"`
	Source  string    `json:"source"`
	URL     string    `json:"url"`
	Query   string    `json:"query"`
	Fetched time.Time `json:"fetched_at"` // UTC
	Hash    string    `json:"hash"`       // see [Manifest.Hash]; empty where the item's hash was not known
}

// Seal fills in the salt, the digest and the version of the form, hashes the
// items with the salt and cleans what is foreign. Each entry's Hash is the bare
// hash of the item before (see [evidence.Hash]) and the salted one after.
//
// The salt follows from the report, so that the same report gives the same
// bytes; it differs from report to report, so that the hashes of two reports do
// not tell which items both hold.
func (m *Manifest) Seal() error {
	m.Format = Format
	m.Version, m.Zone, m.Config, m.Report = valid(m.Version), valid(m.Zone), valid(m.Config), valid(m.Report)
	sum := sha256.Sum256([]byte("dossier manifest salt\n" + m.Report + "\n" + m.Config))
	m.Salt = hex.EncodeToString(sum[:16])
	if m.Entries == nil {
		m.Entries = []Entry{}
	}
	for i := range m.Entries {
		e := &m.Entries[i]
		e.ID, e.Source = valid(e.ID), valid(e.Source)
		e.URL, e.Query = gate.Line(e.URL, maxText), gate.Line(e.Query, maxText)
		if e.Fetched = e.Fetched.UTC(); e.Fetched.Year() < 1 || e.Fetched.Year() > 9999 {
			e.Fetched = time.Time{} // RFC 3339 has no such year
		}
		if e.Hash != "" {
			e.Hash = m.Hash(e.Hash)
		}
	}
	digest, err := m.digest()
	m.Digest = digest
	return err
}

// valid returns s as UTF-8: what is not would read back as something else.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// Hash returns the salted form of an item's bare hash: who has the item can
// recognise it, and nobody can look its hash up in a list made beforehand.
func (m *Manifest) Hash(bare string) string {
	sum := sha256.Sum256([]byte(m.Salt + "\n" + bare))
	return hex.EncodeToString(sum[:])
}

// Encode returns the manifest as canonical JSON: the fields in their order, no
// white space, control and bidirectional characters escaped.
func (m *Manifest) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		return nil, fmt.Errorf("encode the manifest: %w", err)
	}
	return gate.JSON(bytes.TrimRight(b.Bytes(), "\n")), nil
}

func (m *Manifest) digest() (string, error) {
	bare := *m
	bare.Digest = ""
	raw, err := bare.Encode()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}

// Decode reads a manifest and refuses one that is not canonical, has fields
// that are not known, or whose digest is not its own.
func Decode(raw []byte) (*Manifest, error) {
	var m Manifest
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("read the manifest: something follows it")
	}
	if m.Format != Format {
		return nil, fmt.Errorf("read the manifest: it has form %d, and this program knows form %d\nuse the version of dossier that made the report", m.Format, Format)
	}
	switch again, err := m.Encode(); {
	case err != nil:
		return nil, err
	case !bytes.Equal(again, raw):
		return nil, errors.New("read the manifest: it is not as dossier writes it")
	}
	switch digest, err := m.digest(); {
	case err != nil:
		return nil, err
	case digest != m.Digest:
		return nil, errors.New("read the manifest: its digest is not that of its content")
	}
	return &m, nil
}
