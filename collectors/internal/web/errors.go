package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// LimitError says that a host takes no more requests until a time that is too
// far off to wait for. What was done so far should be saved.
type LimitError struct {
	Host  string
	Until time.Time // by the local clock, UTC
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s takes no more requests for now, resume after %s", e.Host, e.Until.UTC().Format(time.RFC3339))
}

// LoginPageError says that a web page came where JSON was due: nobody is signed
// in, the address is wrong, or a proxy stepped in.
type LoginPageError struct {
	Host  string
	Title string // of the page, at most 200 characters, without secrets; may be empty
}

func (e *LoginPageError) Error() string {
	title := ""
	if e.Title != "" {
		title = fmt.Sprintf(", titled %q,", e.Title)
	}
	return fmt.Sprintf("%s answered with a web page%s and not with JSON\nsign in again, or check the address and the proxy", e.Host, title)
}

// ContentTypeError says that an answer is of a type that was not asked for.
type ContentTypeError struct {
	Host      string
	Got, Want string
}

func (e *ContentTypeError) Error() string {
	return fmt.Sprintf("%s answered with %s where %s was due\ncheck the address and the proxy", e.Host, e.Got, e.Want)
}

// TooLargeError says that an answer was larger than allowed, unpacked.
type TooLargeError struct {
	Host  string
	Bytes int64 // that were allowed
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s answered with more than %d bytes", e.Host, e.Bytes)
}

// EmptyError says that a successful answer holds nothing, or not what was due:
// it does not mean that nothing was found.
type EmptyError struct {
	Host string
	Got  string // "an empty answer", "null", "{}", "a list", "an object", "a value"
	Want Shape
}

func (e *EmptyError) Error() string {
	return fmt.Sprintf("%s answered with %s where %s was due", e.Host, e.Got, e.Want)
}

// StatusError is an answer outside of 200 to 299 with [Options.StatusErrors],
// and the answer of an origin that refused the credentials too often.
type StatusError struct {
	Method, Host, Path string
	Code               int
	Message            string // the server's, at most 200 characters, without secrets; may be empty
	Header             http.Header
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("%s %s%s: %d %s", e.Method, e.Host, e.Path, e.Code, http.StatusText(e.Code))
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// Status returns the status code of a [StatusError] in err, 0 if there is none.
func Status(err error) int {
	var e *StatusError
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

// RedirectError says that a redirect was not followed.
type RedirectError struct {
	From, To Origin
	Why      string
}

func (e *RedirectError) Error() string {
	text := fmt.Sprintf("%s redirects to %s: not followed, %s", e.From, e.To, e.Why)
	if e.From != e.To {
		text += "\nif that is where the source has moved to, set its address"
	}
	return text
}

// AuthError says that no credentials could be had for a host.
type AuthError struct {
	Host string
	Err  error
}

func (e *AuthError) Error() string { return fmt.Sprintf("sign in to %s: %v", e.Host, e.Err) }

// Unwrap returns the cause.
func (e *AuthError) Unwrap() error { return e.Err }

// RequestError is a request that got no whole answer, after all tries: there
// was no connection, it broke, it was too slow, or the JSON was cut short
// ([io.ErrUnexpectedEOF]).
type RequestError struct {
	Method, Host, Path string
	Err                error // its text has no secrets and no query
}

func (e *RequestError) Error() string {
	return fmt.Sprintf("%s %s%s: %v", e.Method, e.Host, e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *RequestError) Unwrap() error { return e.Err }
