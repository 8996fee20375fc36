#!/bin/sh
# Starts the server at $BIND, with $WORKERS processes, or one for each processor.
set -eu
exec python -m portal.server --bind "$BIND" ${WORKERS:+--workers "$WORKERS"}
