//go:build unix

package store

import (
	"io/fs"
	"os"
	"syscall"
)

// modesCount reports whether file modes keep others out.
const modesCount = true

// owned reports whether the file is the user's own.
func owned(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(st.Uid) == os.Geteuid()
}
