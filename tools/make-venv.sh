#!/bin/sh
# Makes the virtual environment $1 with the system's Python, 3.11 or newer. PYTHON names another interpreter.
# Keeps an environment that works; makes a broken one anew.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/apt.sh"

venv=$1

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if [ -x "$venv/bin/python" ] && is_new_enough "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if command -v "$candidate" >/dev/null 2>&1 && is_new_enough "$candidate"; then
        python=$candidate
        break
    fi
done

if [ -z "$python" ]; then
    found=$("${PYTHON:-python3}" --version 2>&1 || true)
    say "Parity needs Python 3.11 or newer; here: ${found:-no python3 at all}."
    say "Install a newer one (Debian 12, Ubuntu 24.04: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3.12 …"
    exit 1
fi

# Debian and Ubuntu split venv's other half off into a package of its own.
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if ! can_install || ! apt_install "$package"; then
        say "$python can't make virtual environments: the package $package is missing."
        say "Install it as root (apt-get install $package), then run make again."
        exit 1
    fi
fi

say "making $venv with $("$python" --version)"
"$python" -m venv --clear "$venv"
