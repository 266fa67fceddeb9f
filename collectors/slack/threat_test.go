//go:build unix

package slack

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// gapsOf collects a zip and returns what is said to be missing. It must leave
// nothing in the folder and take little time whatever the zip is.
func gapsOf(t *testing.T, s sizes, raw []byte) (*told, string) {
	t.Helper()
	dir := t.TempDir()
	save(t, dir, "acme.zip", raw)
	out := &told{}
	err := made(t, s, "export: acme.zip\n", env(dir)).Collect(t.Context(), half, out)
	text := out.gapText()
	if err != nil {
		text += err.Error()
	}
	left, readErr := os.ReadDir(dir)
	if readErr != nil || len(left) != 1 {
		t.Errorf("something was written beside the zip: %v %v", left, readErr)
	}
	return out, text
}

// bomb is a zip with count days, each a JSON list of so many blanks, which says
// of each that it is of another size.
func bomb(t testing.TB, name string, size int64, count int, says uint64) []byte {
	t.Helper()
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	sum := crc32.NewIEEE()
	both := io.MultiWriter(w, sum)
	chunk := bytes.Repeat([]byte{'['}, 1<<20)
	copy(chunk[1:], bytes.Repeat([]byte{' '}, len(chunk)-1))
	for n := int64(0); n < size; n += int64(len(chunk)) {
		if n > 0 {
			chunk[0] = ' '
		}
		if _, err := both.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range []entry{{"users.json", usersJSON}, {"channels.json", channelsJSON}} {
		f, err := z.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range count {
		f, err := z.CreateRaw(&zip.FileHeader{Name: fmt.Sprintf(name, i), Method: zip.Deflate, CRC32: sum.Sum32(),
			CompressedSize64: uint64(packed.Len()), UncompressedSize64: says})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(packed.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestT26AZipBombOfAGigabyteEndsInAClearMessage(t *testing.T) {
	raw := bomb(t, "ml-help/2026-03-1%d.json", 1<<30, 1, 1<<30)
	if len(raw) > 6<<20 {
		t.Fatalf("%d bytes hold 1 GiB: that is no bomb", len(raw))
	}
	_, text := gapsOf(t, standard, raw)
	if !strings.Contains(text, "zip bomb") {
		t.Errorf("it is not said: %s", text)
	}
}

func TestT26AZipBombThatLiesAboutItsSizeEnds(t *testing.T) {
	if _, text := gapsOf(t, standard, bomb(t, "ml-help/2026-03-1%d.json", 4<<20, 1, 7)); !strings.Contains(text, "holds more or less than the zip's list says") {
		t.Errorf("it is not said: %s", text)
	}
}

func TestT26ManySmallBombsEndTogether(t *testing.T) {
	// Each is below what the ratio of one file is asked for.
	s := standard
	s.limits.ratioFrom = 1 << 18
	_, text := gapsOf(t, s, bomb(t, "ml-help/2026-%03d.json", 1<<18, 1, 1<<18))
	if strings.Contains(text, "bomb") {
		t.Fatalf("one alone is no bomb: %s", text)
	}
	days := bomb(t, "ml-help/2026-03-%02d.json", 1<<18, 31, 1<<18)
	s.limits.ratioFrom = 1 << 10
	s.limits.ratio = 1 << 20 // none by itself
	s.limits.total, s.limits.times = 1<<20, 1
	_, text = gapsOf(t, s, days)
	if !strings.Contains(text, "all of it unpacks to far more") {
		t.Errorf("all of them together are read: %s", text)
	}
}

func TestT26ALargeFileAndALargeMessageAreLeftOut(t *testing.T) {
	s := standard
	s.limits.file, s.limits.message = 4000, 1000
	big := say(robin, 5, "", strings.Repeat("a word or two ", 100), "")
	out, text := gapsOf(t, s, zipped(t, workspace("2026-03-10", big, say(robin, 9, "", long+" and "+long, ""))...))
	if !strings.Contains(text, "1 of its messages are larger than 1000 bytes") || len(out.items()) != 1 {
		t.Errorf("%d items; %s", len(out.items()), text)
	}
	_, text = gapsOf(t, s, zipped(t, workspace("2026-03-10", big, big, big, big)...))
	if !strings.Contains(text, "unpacks to far more") {
		t.Errorf("a file above the limit is read: %s", text)
	}
}

func TestT26TooManyFilesAreRefusedBeforeTheyAreListed(t *testing.T) {
	s := standard
	s.limits.entries = 3
	if _, text := gapsOf(t, s, zipped(t, workspace("2026-03-10")...)); !strings.Contains(text, "lists 5 files, more than the 3") {
		t.Error(text)
	}
	s = standard
	s.limits.directory = 100
	if _, text := gapsOf(t, s, zipped(t, workspace("2026-03-10")...)); !strings.Contains(text, "list of contents") {
		t.Error(text)
	}
}

func TestT27FilesThatLieOverEachOtherAreRefused(t *testing.T) {
	raw := zipped(t, workspace("2026-03-10", say(robin, 9, "", long, ""))...)
	// The list says of each file that it is as large as the zip.
	sign := []byte("PK\x01\x02")
	for i := bytes.Index(raw, sign); i >= 0; {
		binary.LittleEndian.PutUint32(raw[i+20:], uint32(len(raw)))
		next := bytes.Index(raw[i+4:], sign)
		if next < 0 {
			break
		}
		i += 4 + next
	}
	if _, text := gapsOf(t, standard, raw); !strings.Contains(text, "lie over each other") {
		t.Error(text)
	}
}

func TestT27HostileNamesAreRefusedAndTheRestIsRead(t *testing.T) {
	good := workspace("2026-03-10", say(robin, 9, "", long+" and "+long, ""))
	evil := "[" + say(robin, 20, "", long+" EVIL "+long, "") + "]"
	for _, n := range []string{"../../ml-help/2026-03-11.json", "/ml-help/2026-03-11.json", `ml-help\..\2026-03-11.json`, "ml-help/../random/2026-03-11.json",
		"C:/ml-help/2026-03-11.json", "ml-help//2026-03-11.json", "ml-help/\x00/2026-03-11.json", "ml-help/x/../2026-03-11.json"} {
		out, text := gapsOf(t, standard, zipped(t, append(good, entry{n, evil})...))
		if len(out.items()) != 1 || strings.Contains(fmt.Sprint(out.items()), "EVIL") {
			t.Errorf("%q: %v", n, out.items())
		}
		if !strings.Contains(text, "it was not read") {
			t.Errorf("%q: it is not said: %q", n, text)
		}
	}
	out, text := gapsOf(t, standard, zipped(t, append(good, entry{"random/2026-03-11.json", evil}, entry{"random/2026-03-11.json", evil})...))
	if len(out.items()) != 1 || !strings.Contains(text, "two files have this name") {
		t.Errorf("duplicates: %v %s", out.items(), text)
	}
}

func TestT27ALinkInTheZipIsNotFollowed(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range workspace("2026-03-10", say(robin, 9, "", long+" and "+long, "")) {
		f, err := z.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	h := &zip.FileHeader{Name: "random/2026-03-11.json"}
	h.SetMode(os.ModeSymlink | 0o777)
	f, err := z.CreateHeader(h)
	if err == nil {
		_, err = f.Write([]byte("/etc/passwd"))
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	if out, text := gapsOf(t, standard, b.Bytes()); len(out.items()) != 1 || !strings.Contains(text, "it is a link") {
		t.Error(text)
	}
}

func TestEncryptedAndBrokenZipsSaySo(t *testing.T) {
	raw := zipped(t, workspace("2026-03-10", say(robin, 9, "", long+" and "+long, ""))...)
	locked := bytes.Clone(raw)
	for i := range len(locked) - 4 {
		switch string(locked[i : i+4]) {
		case "PK\x01\x02":
			locked[i+8] |= 1
		case "PK\x03\x04":
			locked[i+6] |= 1
		}
	}
	damaged := bytes.Clone(raw)
	i := bytes.Index(damaged, []byte("ml-help/2026-03-10.json"))
	damaged[i+len("ml-help/2026-03-10.json")+30] ^= 0x5a
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"encrypted":       {locked, "is encrypted"},
		"cut short":       {raw[:len(raw)/2], "is not a whole zip"},
		"without its end": {raw[:len(raw)-22], "is not a whole zip"},
		"empty":           {nil, "is not a whole zip"},
		"something else":  {[]byte(strings.Repeat("no zip at all ", 10)), "is not a whole zip"},
		"an empty zip":    {zipped(t), "holds no Slack export"},
		"another zip":     {zipped(t, entry{"readme.txt", "hi"}), "holds no Slack export"},
		"damaged":         {damaged, "ml-help/2026-03-10.json"},
	} {
		if out, text := gapsOf(t, standard, c.raw); !strings.Contains(text, c.want) || name != "damaged" && len(out.items()) > 0 {
			t.Errorf("%s: %q does not say %q", name, text, c.want)
		}
	}
}

func TestT24APipeAFolderAndALoopOfLinksAreNoExport(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.zip"), 0o600); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink("loop.zip", filepath.Join(dir, "loop.zip")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.zip"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", filepath.Join(dir, "zero.zip")); err != nil {
		t.Fatal(err)
	}
	out, done := &told{}, make(chan error, 1)
	c := made(t, standard, "export: '*.zip'\n", env(dir))
	go func() { done <- c.Collect(t.Context(), half, out) }()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits for the pipe")
	}
	for _, want := range []string{"pipe.zip: is not a file", "zero.zip: is not a file", "folder.zip: is a folder", "loop.zip: "} {
		if !strings.Contains(out.gapText(), want) {
			t.Errorf("it does not say %q:\n%s", want, out.gapText())
		}
	}
}
