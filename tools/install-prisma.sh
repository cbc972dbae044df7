#!/bin/sh
# Installs Prisma's command line from npm into the folder $1, for benchmarks that compare with it. Once.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/apt.sh"
target=$1

if ! command -v npm >/dev/null 2>&1; then
    say "Prisma's command line needs node and npm: install them, then run this again."
    exit 1
fi
mkdir -p "$target"
say "installing prisma"
# Its install script would download engines that aren't needed here.
(cd "$target" && npm install --prefix . --ignore-scripts --no-audit --no-fund --loglevel=error prisma@7 </dev/null >&2)
