"""Checks of the services beside the portal: database, cache, mail, and of the clocks and time zones of both sides."""

import smtplib
import ssl
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from portal.doctor.addresses import is_this_machine
from portal.doctor.findings import Finding, hint, one_line, wrong
from portal.kazakh_scripts.collation import COLLATION
from portal.page_cache.generation import load_generation
from portal.shared_cache import shared_cache

CONNECTIONS = 41
"""How many connections a node may need: four processes with eight threads, a thread that folds and one that watches,
and the runner of jobs."""
CLOCK_SECONDS = 2.0
MAIL_PATIENCE = 10.0
OFFSET = timedelta(hours=5)
"""Of the whole country since 1 March 2024 (Government Decree No. 15 of 19 January 2024)."""
A_DAY_SINCE = datetime(2026, 6, 1, 12, tzinfo=UTC)


def ask_database(query: str) -> tuple:
    """The first row of the answer."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def check_database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield wrong(_("The database does not answer: %s. See DATABASE_URL and the database's log.") % one_line(error))
        return
    if not is_postgresql():
        yield hint(_("The database is SQLite, which serves one desk. A press office needs PostgreSQL (DATABASE_URL)."))
        return
    (encoding,) = ask_database("SHOW server_encoding")
    if encoding != "UTF8":
        yield wrong(
            _("The database's encoding is %s, and only UTF8 holds Kazakh. Create it anew and restore a backup.")
            % encoding
        )
    elif ask_database("SELECT lower('Ә')") != ("ә",):
        yield wrong(
            _(
                "The database's LC_CTYPE does not know Cyrillic letters, so capitals are not found in the admin. "
                "Create it anew with LC_CTYPE C.UTF-8 and restore a backup."
            )
        )
    outdated = ask_database(
        f"SELECT count(*) FROM pg_collation WHERE collname = '{COLLATION}' "  # noqa: S608
        "AND collversion IS DISTINCT FROM pg_collation_actual_version(oid)"
    )
    if outdated != (0,):
        yield wrong(
            _(
                "The order of the alphabet has changed in the operating system, so indexes may miss rows: REINDEX "
                "DATABASE, then ALTER COLLATION %s REFRESH VERSION."
            )
            % f'"{COLLATION}"'
        )


def check_replicas() -> Iterator[Finding]:
    """Whether pages can be read from each (portal.replicas)."""
    valid = load_generation()
    for alias in sorted({*connections} - {DEFAULT_DB_ALIAS}):
        try:
            name = load_generation(database=alias)
            with connections[alias].cursor() as cursor:
                is_copy = connections[alias].vendor != "postgresql"
                if not is_copy:
                    cursor.execute("SELECT pg_is_in_recovery()")
                    (is_copy,) = cursor.fetchone()
        except DatabaseError as error:
            yield wrong(
                _("%(alias)s does not answer: %(error)s. See DATABASE_REPLICAS; pages are read from the primary.")
                % {"alias": alias, "error": one_line(error)}
            )
            continue
        if not is_copy:
            yield wrong(_("%s follows no primary: it is a database of its own. See DATABASE_REPLICAS.") % alias)
        elif name != valid:
            yield hint(_("%s lags behind: pages are read from the primary until it has the last publication.") % alias)


def check_migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    loader = executor.loader
    if missing := executor.migration_plan(loader.graph.leaf_nodes()):
        yield wrong(_("The database is older than the code: %d migrations wait for manage.py migrate.") % len(missing))
    apps = {app for app, _name in loader.disk_migrations}
    if any(key[0] in apps and key not in loader.disk_migrations for key in loader.applied_migrations):
        yield wrong(_("The database is newer than the code. Install the version that has migrated it."))


def check_connections() -> Iterator[Finding]:
    if not is_postgresql():
        return
    most, used = ask_database(
        """
        SELECT least(
            current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
            (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()),
            (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user)
        ), (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
        """
    )
    if most < CONNECTIONS:
        yield wrong(
            _(
                "The database allows %(most)d connections, and a node of four processes may need %(needed)d: raise "
                "max_connections or the limit of the database or role, or put PgBouncer before it."
            )
            % {"most": most, "needed": CONNECTIONS}
        )
    elif used > most * 0.9:
        yield wrong(
            _("%(used)d of the %(most)d connections to the database are in use. Raise max_connections.")
            % {"used": used, "most": most}
        )


def check_cache() -> Iterator[Finding]:
    if not settings.CACHE_URL:
        if is_postgresql():
            yield hint(
                _(
                    "There is no shared cache: each process renders pages for itself, and limits of requests hold for "
                    "each alone. Set CACHE_URL to a Redis or Valkey."
                )
            )
        return
    key = f"doctor-{uuid.uuid4().hex}"
    shared_cache.set(key, "well", 10)
    if shared_cache.get(key) != "well":
        yield wrong(_("The cache of CACHE_URL does not answer within a quarter of a second. See whether it runs."))


def check_mail() -> Iterator[Finding]:
    options = settings.MAILERS["default"].get("OPTIONS", {})
    if "host" not in options:
        yield hint(_("Mail is only written to files, and no subscriber gets a letter. Set EMAIL_URL to a mail server."))
        return
    host, port = options["host"], options["port"]
    if options.get("password") and not (options["use_tls"] or options["use_ssl"]) and not is_this_machine(host):
        yield wrong(
            _("The password of the mail server travels unencrypted: write smtp+tls:// or smtps:// in EMAIL_URL.")
        )
        return
    context = ssl.create_default_context()
    try:
        if options["use_ssl"]:
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=MAIL_PATIENCE, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=MAIL_PATIENCE)
        with server:
            if options["use_tls"]:
                server.starttls(context=context)
            if options.get("username"):
                server.login(options["username"], options["password"])
    except smtplib.SMTPNotSupportedError:
        yield wrong(_("The mail server %s offers no STARTTLS or no sign-in on this port. See EMAIL_URL.") % host)
    except smtplib.SMTPAuthenticationError:
        yield wrong(_("The mail server %s refuses the user or the password of EMAIL_URL.") % host)
    except (OSError, smtplib.SMTPException) as error:
        yield wrong(
            _("The mail server %(host)s does not do what it should: %(error)s. See EMAIL_URL.")
            % {"host": f"{host}:{port}", "error": one_line(error)}
        )


def check_sender() -> Iterator[Finding]:
    for address in filter(None, (settings.DEFAULT_FROM_EMAIL, settings.MAIL_BOUNCES)):
        mailbox = parseaddr(address)[1]
        try:
            validate_email(mailbox)
        except ValidationError:
            is_valid = False
        else:
            is_valid = "." in mailbox.rpartition("@")[2] and "[" not in mailbox
        if not is_valid:
            yield wrong(
                _("Mail servers refuse letters from %s. Set MAIL_FROM and MAIL_BOUNCES to addresses.") % address
            )


def check_clock() -> Iterator[Finding]:
    if not is_postgresql():
        return
    before = time.time()
    (there,) = ask_database("SELECT extract(epoch FROM clock_timestamp())::float8")
    ahead = there - (before + time.time()) / 2
    if abs(ahead) > CLOCK_SECONDS:
        yield wrong(
            _(
                "The clocks of the database and of this machine differ by %d seconds, and articles appear at wrong "
                "moments. Let both keep time by NTP."
            )
            % abs(ahead)
        )


def check_time_zones() -> Iterator[Finding]:
    if ZoneInfo(settings.TIME_ZONE).utcoffset(A_DAY_SINCE.astimezone(ZoneInfo(settings.TIME_ZONE))) != OFFSET:
        yield wrong(_("The time zones of this machine are older than March 2024: update the package tzdata."))
    if is_postgresql():
        moment = A_DAY_SINCE.isoformat()
        (local,) = ask_database(f"SELECT timestamptz '{moment}' AT TIME ZONE '{settings.TIME_ZONE}'")
        if local != (A_DAY_SINCE + OFFSET).replace(tzinfo=None):
            yield wrong(
                _("The time zones of the database are older than March 2024: update PostgreSQL or its package tzdata.")
            )
