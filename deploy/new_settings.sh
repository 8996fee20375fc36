#!/bin/sh
# Writes a new file of settings with keys of its own. docs/deployment.md lists what else can be set in it.
#
#     sh deploy/new_settings.sh compose|systemd|kubernetes HOST [FILE]
set -eu

fail() {
    echo "$1" >&2
    exit 1
}

random() {  # of letters and digits alone, which no format of settings gives a meaning
    tr -dc 'A-Za-z0-9' </dev/urandom | head -c "$1"
}

way=${1:-}
host=${2:-}
case $way in
compose) file=${3:-.env} ;;
systemd) file=${3:-/etc/portal/portal.env} ;;
kubernetes) file=${3:-deploy/kubernetes/portal.env} ;;
*) fail "Say which way and the host name of the portal: sh deploy/new_settings.sh compose portal.example" ;;
esac
LC_ALL=C
case $host in
*[!a-z0-9.-]* | .* | -* | *. | *..* | *-.* | *.-*) is_host=no ;;
*.*) is_host=yes ;;
*) is_host=no ;;
esac
test $is_host = yes || fail "“$host” is no host name such as portal.example, in small letters, without https://."
test ! -e "$file" || fail "$file is there already; it is left as it is, for its keys cannot be made again."

umask 077
cat >"$file.new" <<END
# The settings of the portal. A line each, as NAME=value, without quotation marks, backslashes and dollar signs.
# Keep a copy in a safe place: backups have no keys in them.
SITE_URL=https://$host
ALLOWED_HOSTS=$host
SECRET_KEY=$(random 60)
END
case $way in
compose)
    cat >>"$file.new" <<END
DATABASE_PASSWORD=$(random 40)
PUBLIC_HOST=$host
BACKUP_DIR=/var/lib/portal/backups
END
    ;;
systemd)
    cat >>"$file.new" <<END
DATABASE_URL=postgres://%2Fvar%2Frun%2Fpostgresql/portal
CACHE_URL=redis://127.0.0.1:6379/0
BACKUP_DIR=/var/backups/portal
END
    ;;
kubernetes)
    cat >>"$file.new" <<END
DATABASE_URL=postgres://portal:CHANGE@database.example/portal
CACHE_URL=redis://cache.example:6379/0
MEDIA_STORAGE=s3://key:secret@bucket/folder?endpoint=https://storage.example
TRUSTED_PROXIES=10.0.0.0/8
METRICS_ADDRESSES=10.0.0.0/8
END
    ;;
esac
cat >>"$file.new" <<END
# Without a mail server nobody gets a letter:
#EMAIL_URL=smtp+tls://user:password@mail.example:587
#MAIL_FROM=news@$host
#ADMINS=webmaster@$host
#SECOND_FACTOR_ROLES=Бас редактор
END
mv "$file.new" "$file"
echo "The settings are in $file."
