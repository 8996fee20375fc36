#!/bin/sh
# A command of manage.py as the services run it: as their user, with their settings and nothing else of the environment.
#
#     portal doctor
set -eu
settings=/etc/portal/portal.env
if ! test -r "$settings"; then
    echo "Call this as root: the settings in $settings are for nobody else." >&2
    exit 1
fi
set -- /opt/portal/venv/bin/python manage.py "$@"
while IFS= read -r line || test -n "$line"; do
    case $line in
    [A-Za-z_]*=*) set -- "$line" "$@" ;;
    esac
done <"$settings"
umask 077
cd /opt/portal/app
exec setpriv --reuid portal --regid portal --init-groups --inh-caps=-all --no-new-privs \
    env -i PATH=/usr/bin:/bin LANG=C.UTF-8 TERM="${TERM:-dumb}" PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/var/lib/portal STATIC_ROOT=/opt/portal/static "$@"
