package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
)

// pragma is a setting of SQLite and what it must read once it is set.
type pragma struct{ name, set, reads string }

// applicationID marks the file as ours: "doss" in ASCII.
const applicationID = 0x646f7373

// pragmas are the settings of every connection. SQLite ignores a setting that
// it does not know, so each is read back.
func pragmas(wait time.Duration) []pragma {
	ms := strconv.FormatInt(wait.Milliseconds(), 10)
	return []pragma{
		{"busy_timeout", ms, ms},                     // first: the others may have to wait
		{"page_size", "16384", "16384"},              // loads 1.3 times as fast as 4096
		{"journal_mode", "WAL", "wal"},               // readers and a writer side by side
		{"synchronous", "FULL", "2"},                 // what is kept survives a power cut
		{"foreign_keys", "ON", "1"},                  //
		{"secure_delete", "ON", "1"},                 // erased evidence is overwritten
		{"temp_store", "MEMORY", "2"},                // no evidence in /tmp
		{"trusted_schema", "OFF", "0"},               // the file may be somebody else's
		{"cell_size_check", "ON", "1"},               // damage is found sooner
		{"cache_size", "-16384", "-16384"},           // KiB
		{"journal_size_limit", "4194304", "4194304"}, // bytes of log that stay after a checkpoint
	}
}

// dsn returns the address of a connection. mode is SQLite's own: rw never makes
// a file.
func dsn(path string, ps []pragma) string {
	q := url.Values{"mode": {"rw"}, "_txlock": {"immediate"}, "_dqs": {"0"}, "_defensive": {"1"}, "_error_rc": {"1"}}
	for _, p := range ps {
		q.Add("_pragma", p.name+"("+p.set+")")
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}
	return u.String()
}

// connector opens connections and reads every setting of each one back.
type connector struct {
	driver.Connector
	path string
	want []pragma
}

func newConnector(path, dsn string, want []pragma) (*connector, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return &connector{c, path, want}, nil
}

// Connect opens a connection, or refuses one whose settings are not as wanted.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.readBack(ctx, conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// readBack reads all settings with one statement: a statement each would double
// the time to open.
func (c *connector) readBack(ctx context.Context, conn driver.Conn) error {
	names := make([]string, len(c.want))
	for i, p := range c.want {
		names[i] = `(SELECT CAST("` + p.column() + `" AS TEXT) FROM pragma_` + p.name + `)`
	}
	rows, err := conn.(driver.QueryerContext).QueryContext(ctx, "SELECT "+strings.Join(names, ","), nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	got := make([]driver.Value, len(c.want))
	if err := rows.Next(got); err != nil && err != io.EOF {
		return err
	}
	for i, p := range c.want {
		if fmt.Sprint(got[i]) != p.reads {
			return &RefusedError{Path: c.path, Refusal: Pragma,
				Why:  fmt.Sprintf("setting %s reads %v, not %s", p.name, got[i], p.reads),
				Hint: "the file system may not support it (a network drive?); put the store on a local disk"}
		}
	}
	return nil
}

// column is the name of the pragma's result, which differs for one of them.
func (p pragma) column() string {
	if p.name == "busy_timeout" {
		return "timeout"
	}
	return p.name
}
