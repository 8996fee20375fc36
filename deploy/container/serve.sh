#!/bin/sh
# Starts the server at $BIND, with $WORKERS processes, or one for each processor.
set -eu
case $BIND in
unix:*) rm -f "${BIND#unix:}" ;;  # one that was killed has left its socket, which nobody can bind to while it is there
esac
exec python -m portal.server --bind "$BIND" ${WORKERS:+--workers "$WORKERS"}
