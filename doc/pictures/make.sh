#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# make.sh BUILD PICTURES
# Makes the pictures again, from copies of the programs and scripts: root has an ordinary user make them, for whom the
# build directory may be closed.
set -eu

stage=$(mktemp -d /var/tmp/isolate-pictures.XXXXXX)
trap 'rm -rf "$stage"' EXIT
cp "$1/isolate" "$1/isolate-inspect" "$1/isolate-kernelspec" "$2/make.py" "$2/svg.py" "$stage/"
mkdir -m 0777 "$stage/made"
chmod a+rx "$stage"
if [ "$(id -u)" = 0 ]; then
	sh "$2/../../tests/lib/as-user" env "ISOLATE=$stage/isolate" python3 "$stage/make.py" "$stage/made"
else
	ISOLATE=$stage/isolate python3 "$stage/make.py" "$stage/made"
fi
cp "$stage"/made/*.svg "$2/"
