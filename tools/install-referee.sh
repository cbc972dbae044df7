#!/bin/sh
# Installs the referee (the genuine schema engine, from the folder $1) into the folder $2, with npm. Once.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/apt.sh"
source=$1
target=$2

if [ ! -f "$source/oracle.mjs" ]; then
    say "The referee isn't at $source: lay its folder beside the repository, or name it: make conformance SHARED=/path/to/shared"
    exit 1
fi
for program in node npm; do
    if ! command -v "$program" >/dev/null 2>&1; then
        if ! can_install || ! apt_install "$(echo "$program" | sed 's/^node$/nodejs/')"; then
            say "The referee needs $program: install node and npm, then run make conformance again."
            exit 1
        fi
    fi
done
mkdir -p "$target"
cp -R "$source/." "$target/"
# A copy of a folder that can't be written would refuse npm's own files.
chmod -R u+w "$target"
say "installing the referee"
(cd "$target" && npm install --no-audit --no-fund --loglevel=error </dev/null >&2)
