package web

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

var (
	errHeaderSlow = errors.New("no answer in time")
	errIdle       = errors.New("the answer stopped coming")
	errWholeSlow  = errors.New("the answer took too long")
	errNoAnswer   = errors.New("no answer")
)

// try sends the request once and reads the answer whole, within its deadlines.
func (t *Transport) try(req *http.Request) (*http.Response, []byte, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	defer cancel(nil)
	whole := time.AfterFunc(t.opt.WholeWait, func() { cancel(errWholeSlow) })
	defer whole.Stop()
	header := time.AfterFunc(t.opt.HeaderWait, func() { cancel(errHeaderSlow) })
	defer header.Stop()

	resp, err := t.base.RoundTrip(req.WithContext(ctx))
	if err == nil && (resp == nil || resp.Body == nil) {
		err = errNoAnswer
	}
	if err != nil {
		return nil, nil, cause(ctx, err)
	}
	header.Stop()
	if resp.Header == nil {
		resp.Header = http.Header{}
	}
	defer resp.Body.Close()
	idle := time.AfterFunc(t.opt.IdleWait, func() { cancel(errIdle) })
	defer idle.Stop()
	body, err := t.read(req, resp, func() { idle.Reset(t.opt.IdleWait) })
	if err != nil {
		return nil, nil, cause(ctx, err)
	}
	return resp, body, nil
}

// cause prefers why a try was broken off over what broke because of it.
func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil {
		return c
	}
	return err
}

// read returns the body, unpacked and not larger than allowed.
func (t *Transport) read(req *http.Request, resp *http.Response, came func()) ([]byte, error) {
	if req.Method == http.MethodHead {
		return nil, nil
	}
	var from io.Reader = &watched{resp.Body, came}
	due := resp.ContentLength
	if packed := strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip"); packed && !resp.Uncompressed {
		z, err := gzip.NewReader(from)
		switch {
		case err == io.EOF: // nothing at all, which is judged with the other empty answers
			return nil, nil
		case err != nil:
			return nil, err
		}
		from, due = z, -1
		resp.Header.Del("Content-Encoding")
		resp.Uncompressed = true
	}
	body, err := io.ReadAll(io.LimitReader(from, t.opt.MaxBytes+1))
	switch {
	case int64(len(body)) > t.opt.MaxBytes:
		return nil, &TooLargeError{Host: req.URL.Host, Bytes: t.opt.MaxBytes}
	case err != nil:
		return nil, err
	case due > 0 && int64(len(body)) < due && !resp.Uncompressed:
		return nil, io.ErrUnexpectedEOF
	}
	resp.Header.Del("Content-Length")
	resp.ContentLength = int64(len(body))
	return body, nil
}

// watched calls came whenever something was read.
type watched struct {
	io.Reader
	came func()
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if n > 0 {
		w.came()
	}
	return n, err
}

// lasting reports whether an error would be the same in a minute.
func lasting(err error) bool {
	var (
		large     *TooLargeError
		verify    *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &large), errors.As(err, &verify), errors.As(err, &authority), errors.As(err, &name), errors.As(err, &invalid):
		return true
	}
	// net/http has no types for these.
	text := err.Error()
	return strings.Contains(text, http.StatusText(http.StatusProxyAuthRequired)) ||
		strings.Contains(text, "unsupported protocol scheme") ||
		strings.Contains(text, "server gave HTTP response to HTTPS client") ||
		strings.HasPrefix(text, "net/http: invalid header")
}
