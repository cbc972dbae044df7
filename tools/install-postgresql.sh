#!/bin/sh
# Sees to it that PostgreSQL's server binaries are there for the tests. Starts no server: the tests start their own.
# Without them and without the right to install them: says which package is missing, and fails where CI is set,
# because there no test may be skipped for want of a server.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/apt.sh"
python=${1:-python3}

has_binaries() {
    "$python" "$here/../tests/servers.py" binaries >/dev/null 2>&1
}

has_binaries && exit 0

if can_install && apt_install postgresql && has_binaries; then
    exit 0
fi

say "PostgreSQL's server binaries (initdb, postgres) are missing."
say "Install the package postgresql as root (apt-get install postgresql), or put their folder on PATH."
case "${CI:-}" in
    "" | 0 | false)
        say "Going on without them: the tests on PostgreSQL will be skipped."
        ;;
    *)
        exit 1
        ;;
esac
