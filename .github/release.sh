#!/usr/bin/env bash
# Builds what a release consists of: release.sh VERSION COMMIT FOLDER [OS/ARCH...]
#
# The names end in <os>-<arch>[.exe], as "gh extension install" wants them. The
# same commit gives the same bytes, in whatever folder it is built.
set -euo pipefail
version=$1 commit=$2 out=$3
shift 3
case $version in v[0-9]*.[0-9]*.[0-9]*) ;; *) echo "release.sh: a version looks like v1.2.3, not $version" >&2; exit 2 ;; esac
if [ $# = 0 ]; then
	set -- linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")/.."

for target in "$@"; do
	os=${target%/*} arch=${target#*/} ext=
	if [ "$os" = windows ]; then ext=.exe; fi
	file=$out/gh-dossier_${version}_$os-$arch$ext
	CGO_ENABLED=0 GOOS=$os GOARCH=$arch GOFLAGS=-mod=readonly go build -trimpath -buildvcs=false \
		-ldflags "-s -w -X main.version=$version -X main.releaseCommit=$commit" -o "$file" ./cmd/dossier
	echo "$file"
done

# What is in them, as the linker recorded it: CycloneDX 1.5, one component for
# each module (hashes of go.sum are of another kind and stay there).
go version -m "$file" | awk -v version="$version" '
	BEGIN { printf "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"version\":1,\"metadata\":{\"component\":{\"type\":\"application\",\"name\":\"dossier\",\"version\":\"%s\"}},\"components\":[", version }
	NR == 1 { n = split($0, w, " "); go = w[n]; sub(/^go/, "", go); printf "{\"type\":\"library\",\"name\":\"stdlib\",\"version\":\"%s\",\"purl\":\"pkg:golang/stdlib@%s\"}", go, go }
	$1 == "dep" { printf ",{\"type\":\"library\",\"name\":\"%s\",\"version\":\"%s\",\"purl\":\"pkg:golang/%s@%s\"}", $2, $3, $2, $3 }
	END { print "]}" }
' >"$out/sbom.cdx.json"

cd "$out"
if command -v sha256sum >/dev/null; then
	sha256sum -- gh-dossier_* sbom.cdx.json >checksums.txt
else
	shasum -a 256 -- gh-dossier_* sbom.cdx.json >checksums.txt
fi
