# Sourced by the other scripts here: installing a Debian package where we may, and saying which one where we may not.

say() {
    printf '%s\n' "$*" >&2
}

# Whether packages can be installed without asking anybody for anything.
can_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" -eq 0 ] && return 0
    command -v sudo >/dev/null 2>&1 && sudo -n true >/dev/null 2>&1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

# Quiet while it goes well; the whole log where it doesn't.
apt_install() {
    log=$(mktemp)
    say "installing from the system's packages: $*"
    if as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" \
        </dev/null >"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    # The usual reason: the list of packages was never fetched, or is old.
    if as_root apt-get update </dev/null >>"$log" 2>&1 &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" \
            </dev/null >>"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    cat "$log" >&2
    rm -f "$log"
    return 1
}
