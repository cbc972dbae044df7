#!/bin/sh
# However many replicas start at once: one gets the lock and migrates, the others wait for it and find nothing to do.
# Where a migration fails, the container ends here, so that no new code runs on the old schema.
set -eu
parity migrate deploy --lock-timeout "${PARITY_LOCK_TIMEOUT:-300}"
exec "$@"
