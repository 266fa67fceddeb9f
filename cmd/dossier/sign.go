package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"

	"github.com/dossier-report/dossier/report/gate"
	"github.com/dossier-report/dossier/report/render"
)

// signSpace is the namespace of a report's signature: one made for anything
// else, such as a commit, does not pass as one. See ssh-keygen(1), -Y sign.
const signSpace = "dossier-report"

// signedBy says whose signature of a report is asked for.
type signedBy struct{ signature, signer, allowed string }

func (s signedBy) asked() bool { return s != signedBy{} }

// check asks for all of it where a part is given.
func (s signedBy) check() error {
	switch {
	case !s.asked():
		return nil
	case s.signer == "" || s.allowed == "":
		return usagef("a signature is checked with --signer NAME and --allowed-signers FILE")
	case gate.Line(s.signer, 0) != s.signer || strings.ContainsAny(s.signer, " *?!,"):
		return usagef("--signer is one name of the allowed signers, without spaces and wildcards")
	}
	return nil
}

// checkSignature has ssh-keygen verify that the bytes were signed by the
// signer. The report is handed over on standard input: what is verified is what
// was read before, whatever becomes of the file meanwhile.
func (a *app) checkSignature(ctx context.Context, path string, report []byte, s signedBy) error {
	signature := a.abs(s.signature)
	if s.signature == "" {
		signature = path + ".sig"
	}
	if _, err := os.Stat(signature); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no signature: there is no %s\nsign a report with: dossier report --sign KEY", signature)
	}
	allowed := a.abs(s.allowed)
	if _, err := os.Stat(allowed); err != nil {
		return fmt.Errorf("allowed signers: %w", err)
	}
	_, err := sshKeygen(ctx, bytes.NewReader(report), "-Y", "verify", "-f", allowed, "-I", s.signer, "-n", signSpace, "-s", signature)
	if err != nil {
		return fmt.Errorf("the signature is not one of this file by %s: %w", s.signer, err)
	}
	return nil
}

// sign writes the signature of a file beside it and returns its path.
func (a *app) sign(ctx context.Context, path, key string) (string, error) {
	raw, err := readReport(path)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	signature, err := sshKeygen(ctx, bytes.NewReader(raw), "-Y", "sign", "-f", a.abs(key), "-n", signSpace)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", path, err)
	}
	out := path + ".sig"
	return out, render.ToFile(out, func(w io.Writer) error {
		_, err := w.Write(signature)
		return err
	})
}

// sshKeygen runs OpenSSH's ssh-keygen with fixed arguments, without a shell. It
// asks for a passphrase on the terminal by itself.
func sshKeygen(ctx context.Context, in io.Reader, args ...string) ([]byte, error) {
	var out, talk bytes.Buffer
	cmd := exec.CommandContext(ctx, "ssh-keygen", args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, &out, &talk
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("ssh-keygen is not installed\ninstall OpenSSH 8.0 or newer")
	case err != nil:
		said := strings.TrimSpace(talk.String() + "\n" + out.String())
		return nil, fmt.Errorf("ssh-keygen: %w\n%s", err, gate.Block(said, 1000))
	}
	return out.Bytes(), nil
}
