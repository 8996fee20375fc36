#!/bin/sh
# Installs this copy of the portal for systemd: make install HOST=portal.example. Called again it installs another
# version and leaves settings and nginx's configuration as they are; systemctl reload portal then lets it take effect.
#
# It is given in the environment: PYTHON, PREFIX, DESTDIR (a folder to install into as if it were /), HOST, CERTIFICATE,
# KEY.
set -eu
root=${DESTDIR:-}
PREFIX=${PREFIX:-/opt/portal}
place=$root$PREFIX
case $PREFIX in
/*[!A-Za-z0-9/._-]* | [!/]* | /) echo "PREFIX is a path such as /opt/portal, without spaces." >&2 && exit 1 ;;
esac

if test ! -e "$root/etc/portal/portal.env" && test -z "${HOST:-}"; then
    echo "Say under which name readers will find the portal: make install HOST=portal.example" >&2
    exit 1
fi
if test -z "$root" && test "$(id -u)" != 0; then
    echo "Installing takes root: sudo make install HOST=${HOST:-}" >&2
    exit 1
fi
case $("$PYTHON" -c 'import sys; print(sys.base_prefix)') in
~root/* | /home/*) echo "$PYTHON is in somebody's home, which services do not see. Install the system's Python 3.12 or newer." >&2 && exit 1 ;;
esac
umask 022

echo "Installing what the portal is built from …"
rm -rf "$place/new"
mkdir -p "$place/new" "$place/static"
"$PYTHON" -m venv "$place/new/venv"
python=$place/new/venv/bin/python
"$python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: -r requirements.txt

mkdir "$place/new/app"
cp -R LICENSE manage.py news portal rates static templates "$place/new/app"
find "$place/new/app" -name __pycache__ -prune -exec rm -rf {} +
for po in "$place"/new/app/portal/locale*/*/LC_MESSAGES/*.po; do
    language=$(basename "$(dirname "$(dirname "$po")")")
    "$python" -m babel.messages.frontend --quiet compile --input-file "$po" --output-file "${po%.po}.mo" --locale "$language"
done
# Those of the version before stay: its pages, which name them, are still being read. The settings want a key and a
# folder, which nothing of the result depends on.
scratch=$(mktemp -d)
SECRET_KEY=- DATA_DIR=$scratch STATIC_ROOT=$place/static "$python" "$place/new/app/manage.py" \
    collectstatic --no-input --verbosity 0
rm -rf "$scratch"
"$python" -m compileall -q "$place/new/app"
chmod -R go=rX "$place/new" "$place/static"

# The version before is kept beside it.
rm -rf "$place/old"
mkdir "$place/old"
for each in app venv; do
    test ! -e "$place/$each" || mv "$place/$each" "$place/old/$each"
    mv "$place/new/$each" "$place/$each"
done
rmdir "$place/new"

# A file of deploy/ with this installation's place in it; what it gives is not there before it is whole.
put() {
    mkdir -p "$(dirname "$root$2")"
    sed "s|/opt/portal|$PREFIX|g" "$1" >"$root$2.new"
    chmod "${3:-0644}" "$root$2.new"
    mv "$root$2.new" "$root$2"
}
put deploy/systemd/portal.service /etc/systemd/system/portal.service
put deploy/systemd/portal-jobs.service /etc/systemd/system/portal-jobs.service
put deploy/systemd/portal.sysusers /usr/lib/sysusers.d/portal.conf
put deploy/systemd/portal.tmpfiles /usr/lib/tmpfiles.d/portal.conf
put deploy/systemd/portal.sh /usr/local/sbin/portal 0755

mkdir -p "$root/etc/portal"
if test ! -e "$root/etc/portal/portal.env"; then
    sh deploy/new_settings.sh systemd "$HOST" "$root/etc/portal/portal.env"
fi
site=/etc/nginx/conf.d/portal.conf
if test -n "${HOST:-}" && test ! -e "$root$site"; then
    put deploy/nginx/portal.conf "$site"
    sed -i "s|portal\.example;  # CHANGE|$HOST;|" "$root$site"
    test -z "${CERTIFICATE:-}" || sed -i "s|/etc/ssl/portal/fullchain.pem;  # CHANGE|$CERTIFICATE;|" "$root$site"
    test -z "${KEY:-}" || sed -i "s|/etc/ssl/portal/key.pem;        # CHANGE|$KEY;|" "$root$site"
fi

if test -z "$root"; then
    systemd-sysusers portal.conf
    systemd-tmpfiles --create portal.conf
    test ! -d /run/systemd/system || systemctl daemon-reload
fi
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' portal/__init__.py)
echo "The portal $version is in $PREFIX. Its settings are in /etc/portal/portal.env."
