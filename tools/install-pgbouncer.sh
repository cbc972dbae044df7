#!/bin/sh
# Sees to it that PgBouncer is there for the tests, and starts none. Without it and without the right to install it: says
# which package is missing, and fails where CI is set, because there no test may be skipped for want of it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/apt.sh"
PATH="$PATH:/usr/sbin:/usr/local/sbin"

has_pooler() {
    command -v pgbouncer >/dev/null 2>&1
}

has_pooler && exit 0

if can_install && apt_install pgbouncer && has_pooler; then
    exit 0
fi

say "PgBouncer is missing. Install the package pgbouncer as root (apt-get install pgbouncer), or put it on PATH."
case "${CI:-}" in
    "" | 0 | false)
        say "Going on without it: the tests behind a pooler will be skipped."
        ;;
    *)
        exit 1
        ;;
esac
