#!/bin/sh
# Fetches the three faces of Source Sans 3 and their licence again, unmodified
# (the licence reserves the name "Source" for unmodified files).
set -eu
cd "$(dirname "$0")"
package=@expo-google-fonts/source-sans-3@0.4.1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm pack --silent --pack-destination "$dir" "$package" >/dev/null
tar -xzf "$dir"/*.tgz -C "$dir"
for face in 400Regular 400Regular_Italic 600SemiBold; do
	install -m 644 "$dir/package/$face/SourceSans3_$face.ttf" .
done
install -m 644 "$dir/package/LICENSE_FONT" OFL.txt
