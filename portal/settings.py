"""The settings. Only this module reads the environment; without any variables the settings are those of production."""

import os
import re
import sys
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_noop as _
from redis.backoff import NoBackoff
from redis.retry import Retry

BASE_DIR = Path(__file__).resolve().parent.parent


ENVIRONMENT: dict[str, str] = {}
"""The environment variables that these settings read, as far as they are set. A backup lists them, without secrets."""


def env(name: str, default: str = "") -> str:
    """An environment variable, or the default if it is missing or empty."""
    if value := os.environ.get(name, ""):
        ENVIRONMENT[name] = value
    return value or default


def to_ascii_host(text: str) -> str:
    """A host, or a text with one behind `//` or `@`, in the letters that requests, certificates and mail use."""
    try:
        return re.sub(
            r"[^\s/@:.<>]+", lambda label: label[0] if label[0].isascii() else label[0].encode("idna").decode(), text
        )
    except UnicodeError as error:
        raise ImproperlyConfigured(f"“{text}” has a host that cannot exist: {error}.") from error


# This installation

DEBUG = env("DEBUG").lower() in ("1", "true", "yes", "on")
DATA_DIR = Path(env("DATA_DIR", str(BASE_DIR / "var"))).resolve()
"""The folder of everything this installation writes on its own disk: the SQLite file, uploads, hit journals."""
DATA_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = env("SECRET_KEY", "for development only" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random string (or DEBUG=1 for a development copy).")

ALLOWED_HOSTS = [to_ascii_host(host) for host in env("ALLOWED_HOSTS").split(",") if host] or (
    ["127.0.0.1", "localhost", "[::1]"] if DEBUG else []
)
SITE_URL = env("SITE_URL", "http://127.0.0.1:8000" if DEBUG else f"https://{(ALLOWED_HOSTS or ['localhost'])[0]}")
"""The public address, without a slash at its end. Canonical links and feeds are built from it, never from a request."""
SITE_URL = to_ascii_host(SITE_URL.rstrip("/"))
SERVED_BY_TLS = SITE_URL.startswith("https://")

# Apps, middleware and templates

INSTALLED_APPS = [
    "modeltranslation",
    "portal",
    "news",
    "rates",
    "portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_prose_editor",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp_webauthn",
]
MIDDLEWARE = [
    "portal.request_log.RequestLogMiddleware",
    "portal.replicas.ReplicaMiddleware",
    "portal.middleware.HeadersMiddleware",
    "portal.middleware.KnownHostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "portal.sign_in.office.OfficeMiddleware",
    "portal.middleware.EditionMiddleware",
    "portal.middleware.ReadableRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "portal.sign_in.second_factor.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.page_cache.live_place.LivePlaceMiddleware",
    "portal.middleware.ScriptMiddleware",
    "news.pages.old_addresses.OldAddressMiddleware",
    "portal.middleware.OutageMiddleware",
    "portal.middleware.RateLimitMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.edition",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The database deletes hits with their article (news/models/hit.py), Django protects sources and pictures. The check
# warns of rows that refer to hits, which Django would have to delete; there are none.
SILENCED_SYSTEM_CHECKS = ["fields.E323"]

# Database, cache, files, mail

DATABASE_POOLED = env("DATABASE_POOLED").lower() in ("1", "true", "yes", "on")
"""Whether DATABASE_URL leads to a PgBouncer in transaction mode: a connection keeps nothing between transactions."""


def database_of(url: str) -> dict[str, Any]:
    """The settings of a database at a URL, whose own options have priority."""
    database: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["ENGINE"] = "portal.sqlite3"
        # Readers never wait for a writer, and a second writer waits instead of failing.
        database["OPTIONS"] = {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        }
        return database
    # One that accepts and says nothing costs three seconds, one whose machine is gone ten; no thread waits longer.
    options: dict[str, Any] = {"connect_timeout": 3, "tcp_user_timeout": 10_000}
    if DATABASE_POOLED:
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
    else:
        # Pages read few rows by an index, which are in memory, and starting a second process for them is never worth
        # it. Without this the planner reads a million articles for a rare word.
        options["options"] = "-c random_page_cost=1.1 -c max_parallel_workers_per_gather=0"
    database["OPTIONS"] = options | database.get("OPTIONS", {})
    return database


DATABASES = {"default": database_of(env("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}"))}
for _number, _url in enumerate(env("DATABASE_REPLICAS").split(), start=1):
    DATABASES[f"replica {_number}"] = database_of(_url)
DATABASE_ROUTERS = ["portal.replicas.ReplicaRouter"] if len(DATABASES) > 1 else []
CACHE_URL = env("CACHE_URL")
CACHE_TIMEOUT = 0.25
"""Seconds to wait for a connection to the shared cache and for each of its answers; see portal.shared_cache."""


def cache_of(url: str) -> dict[str, Any]:
    """The cache behind portal.shared_cache: a Redis, or the memory of each process without a URL."""
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    # Without a Retry the client would try four times, with growing pauses in between.
    limits = {"socket_connect_timeout": CACHE_TIMEOUT, "socket_timeout": CACHE_TIMEOUT, "retry": Retry(NoBackoff(), 0)}
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url, "OPTIONS": limits}


CACHES = {"default": cache_of(CACHE_URL)}
PAGE_CACHE_BYTES = int(env("PAGE_CACHE_MB", "0" if DEBUG else "64")) * 1024 * 1024
"""Bytes of cached pages in the memory of each process; with 0 every page is rendered for each request."""
CDN_SECONDS = int(env("CDN_SECONDS", "0"))
"""Seconds for which a CDN may answer with a page itself; with 0 every request reaches the portal."""
NEXT_CHANGES = ["news.pages.expiry.next_publication", "news.pages.expiry.next_end_of_lead"]
"""Functions that return when pages next change by themselves; they also do at midnight."""


def storage_of(url: str) -> dict[str, Any]:
    """The storage of uploads: MEDIA_ROOT without a URL, or `s3://key:secret@bucket/folder?endpoint=https://host&region=name`."""
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(url)
    options = {name: value for name, (value, *_more) in parse_qs(parts.query).items()}
    if parts.scheme != "s3" or not parts.hostname or options.keys() - {"endpoint", "region"}:
        raise ImproperlyConfigured(
            "MEDIA_STORAGE has the form s3://key:secret@bucket/folder?endpoint=https://host&region=name;"
            " key, secret, folder, endpoint and region may be left out."
        )
    options |= {"bucket": parts.hostname, "prefix": parts.path.strip("/")}
    options |= {"key": unquote(parts.username or ""), "secret": unquote(parts.password or "")}
    return {"BACKEND": "portal.storage.S3Storage", "OPTIONS": options}


STORAGES = {
    "default": storage_of(env("MEDIA_STORAGE")),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = Path(env("MEDIA_ROOT", str(DATA_DIR / "media")))
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(DATA_DIR / "static")))
"""The static files as `manage.py collectstatic` leaves them. Images and `make install` have them beside the code."""
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns about a missing folder
HITS_DIR = DATA_DIR / "hits"
"""The journals of readings that are not in the database yet; on a disk of this node, never on a shared one."""

MAIL_TIMEOUT = 30
"""Seconds to wait for a connection to the mail server and for each of its answers."""


def mailer_of(url: str) -> dict[str, Any]:
    """The mail server of an address such as `smtp+tls://user:password@host:587`, or files in DATA_DIR without one."""
    parts = urlsplit(url)
    if not parts.hostname:
        return {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(DATA_DIR / "mail")},
        }
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or (465 if parts.scheme == "smtps" else 587),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parts.scheme == "smtp+tls",
            "timeout": MAIL_TIMEOUT,
        },
    }


def to_ascii_address(address: str) -> str:
    """An address, with or without a name before it, whose host is written as mail servers write it."""
    before, at, host = address.rpartition("@")
    return f"{before}{at}{to_ascii_host(host)}" if at else address


MAILERS = {"default": mailer_of(env("EMAIL_URL"))}
DEFAULT_FROM_EMAIL = to_ascii_address(env("MAIL_FROM", f"news@{urlsplit(SITE_URL).hostname}"))
MAIL_BOUNCES = to_ascii_address(env("MAIL_BOUNCES"))
"""The address that undeliverable letters are returned to, for `manage.py read_bounce`; MAIL_FROM when empty."""

# Languages, dates, numbers

EDITIONS = [
    # Django's code and the first part of the address, language of the texts, `lang`, direction, name in its language
    ("kk", "kk", "kk", "ltr", "Қазақша"),
    ("kk-latn", "kk", "kk-Latn", "ltr", "Қазақша"),  # transliterated by portal.kazakh_scripts
    ("kk-arab", "kk", "kk-Arab", "rtl", "Қазақша"),
    ("ru", "ru", "ru", "ltr", "Русский"),
    ("en", "en", "en", "ltr", "English"),
]
"""The one list of languages; the first edition has no prefix in its addresses. All else in Python follows from it, and
a language added here needs a migration for its columns and a catalogue in portal/locale."""
LANGUAGE_CODE = EDITIONS[0][0]
LANGUAGES = [(code, name) for code, _language, _lang, _direction, name in EDITIONS]
MODELTRANSLATION_LANGUAGES = tuple(dict.fromkeys(language for _code, language, *_more in EDITIONS))
MODELTRANSLATION_DEFAULT_LANGUAGE = LANGUAGE_CODE
MODELTRANSLATION_FALLBACK_LANGUAGES = ()  # a text that is missing in a language is not replaced by another
MODELTRANSLATION_BUILD_LOCALIZED_VERBOSE_NAME = "{} · {}".format  # as labels in the admin: "name · kk"
LATIN_TABLE = env("LATIN_TABLE", "2021")
if LATIN_TABLE not in ("2021", "2018"):
    raise ImproperlyConfigured("LATIN_TABLE is 2021 (the draft, which is the default) or 2018 (the decree).")
LOCALE_PATHS = [BASE_DIR / "portal" / "locale", BASE_DIR / "portal" / "locale_django"]
HUNSPELL_FOLDER = env("HUNSPELL_FOLDER", "/usr/share/hunspell")
FORMAT_MODULE_PATH = ["portal.formats"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Almaty"
USE_TZ = True

# Security


def parse_networks(addresses: str, variable: str = "TRUSTED_PROXIES") -> list[IPv4Network | IPv6Network]:
    """Addresses and networks that are separated by commas, with or without spaces."""
    try:
        return [ip_network(each.strip(), strict=False) for each in addresses.split(",") if each.strip()]
    except ValueError as error:
        raise ImproperlyConfigured(f"{variable} has addresses and networks, with commas between: {error}") from error


TRUSTED_PROXIES = parse_networks(env("TRUSTED_PROXIES", "127.0.0.0/8, ::1"))
"""Our own proxies: what they add to X-Forwarded-For is trusted for the client's address (portal.client_address)."""

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # so a stranger cannot lock an editor out
AXES_HANDLER = "portal.sign_in.limits.SignInHandler"  # adds the limit of an account over all addresses
AXES_CLIENT_IP_CALLABLE = "portal.client_address.client_address"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # what is not compared with a password is no guess
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # it is in English only; portal.admin.users_and_log shows refused sign-ins
AXES_ENABLE_ACCESS_FAILURE_LOG = True
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"

ADMIN_PATH = f"{env('ADMIN_PATH', 'admin').strip('/')}/"
"""Where the editors' side is, after the host; no address that the site has for readers."""
if not re.fullmatch("[a-z0-9-]+(/[a-z0-9-]+)*/", ADMIN_PATH):
    raise ImproperlyConfigured("ADMIN_PATH has small letters, digits and hyphens, such as desk-of-the-senate.")
ADMIN_NETWORKS = parse_networks(env("ADMIN_NETWORKS"), "ADMIN_NETWORKS")
"""The networks that see the editors' side; for everybody else there is none. All of them when this is empty."""
SECOND_FACTOR_ROLES = [role.strip() for role in env("SECOND_FACTOR_ROLES").split(",") if role.strip()]
"""The roles, as the admin names them, that nobody uses without a second factor; `*` means everybody. As soon as one is
named, superusers need a second factor too."""
OIDC_ISSUER = env("OIDC_ISSUER")
"""The address of the office's directory for OpenID Connect; nobody signs in with it when this is empty."""
OIDC_CLIENT_ID = env("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env("OIDC_CLIENT_SECRET")
OIDC_SCOPE = env("OIDC_SCOPE", "openid profile email")
OIDC_NAME_CLAIM = env("OIDC_NAME_CLAIM", "preferred_username")
OIDC_GROUPS_CLAIM = env("OIDC_GROUPS_CLAIM", "groups")


def parse_roles(pairs: str) -> list[tuple[str, str]]:
    """Groups of the directory and the roles they give: `press-chiefs=Бас редактор; press-writers=Тілші`."""
    parsed = [each.rpartition("=") for each in pairs.split(";") if each.strip()]
    if not all(group.strip() and role.strip() for group, _sign, role in parsed):
        raise ImproperlyConfigured("OIDC_ROLES has the form group=role; group=role.")
    return [(group.strip(), role.strip()) for group, _sign, role in parsed]


OIDC_ROLES = parse_roles(env("OIDC_ROLES"))
OIDC_ADOPT_ACCOUNTS = env("OIDC_ADOPT_ACCOUNTS").lower() in ("1", "true", "yes", "on")
"""Whether an account of the portal becomes that of the directory's person of the same name; superusers' never do."""
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_ROLES):
    raise ImproperlyConfigured("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_ROLES too.")
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
OTP_TOTP_ISSUER = OTP_WEBAUTHN_RP_NAME = SITE_HOST
"""What an app for one-time codes and a store of passkeys call the portal."""
OTP_WEBAUTHN_RP_ID = SITE_HOST
PASSKEYS = SERVED_BY_TLS or SITE_HOST == "localhost"
"""Whether passkeys are offered: browsers have none for an address without TLS."""
OTP_WEBAUTHN_EXCEPTION_LOGGER_NAME = ""  # it would call what a stranger sends an error
OTP_WEBAUTHN_ALLOWED_ORIGINS = [SITE_URL if PASSKEYS else f"https://{SITE_HOST}"]

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SERVED_BY_TLS
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_ENGINE = "portal.sign_in.sessions"
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SERVED_BY_TLS
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # requested from inside, without TLS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SERVED_BY_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SERVED_BY_TLS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid",
        "idle-detection", "magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb",
        "xr-spatial-tracking",
    )
)  # fmt: skip
"""What no page of ours asks of a device, nor may a frame in one. Players keep autoplay and the whole screen."""
SHARED_PATHS = ("/api/", "/open-data/", "/media/", "/files/", "/feed", "/embed/")
"""Beginnings of paths, after the edition, whose answers are for pages of other sites too."""
SECURITY_CONTACT = env("SECURITY_CONTACT")
"""Where holes are reported: `mailto:…` or `https://…`, in security.txt; else to the e-mail of the contacts."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # a form with three long articles
FILE_UPLOAD_PERMISSIONS = 0o640

# Rates

RATES_URL = env("RATES_URL", "https://nationalbank.kz/rss/get_rates.cfm")
RATES_TIMEOUT = 20
"""Seconds that an answer of the bank may take until its last byte."""
RATES_RETRY_PAUSES = (2, 8, 30)
"""Seconds to wait before each further request to the bank."""

# Pictures

IMAGE_MAX_BYTES = 25 * 1024 * 1024
IMAGE_MAX_PIXELS = 60_000_000

# Requests that one network may send in a minute

SEARCH_REQUESTS = int(env("SEARCH_REQUESTS", "120"))
RATE_LIMITS = {"search": SEARCH_REQUESTS, "suggestions": 4 * SEARCH_REQUESTS, "beacon": 300, "sign-in": 60}
"""Of those that cost more than a cached page, or that count something. A whole office, or the customers of a mobile
network, may be one network."""

# Open data

API_REQUESTS = int(env("API_REQUESTS", "120"))
"""How many requests to the API from one address are answered in a minute."""
API_DESCRIPTIONS = ["news.api.openapi", "rates.api_description"]
"""The modules that describe the API in OpenAPI, one of each app."""
# Notices of what is published

WEBSUB_HUB = env("WEBSUB_HUB")
"""The hub where feed readers subscribe to immediate notices; none when empty."""
INDEXNOW_KEY = env("INDEXNOW_KEY")
"""8 to 128 letters, digits and hyphens of your choice; with it search engines are notified of new articles."""
INDEXNOW_URL = env("INDEXNOW_URL", "https://api.indexnow.org/indexnow")

TELEGRAM_TOKEN = env("TELEGRAM_TOKEN")
"""The token of the bot that posts in the channels of the admin; without it nothing is posted."""
TELEGRAM_URL = env("TELEGRAM_URL", "https://api.telegram.org")
"""Where the Bot API is; with `file:///folder` each request becomes a file there, and nothing is sent."""

# Attached documents

ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024
INSPECTION_SECONDS = 4.0
"""How long the process that looks into an uploaded file may take, by the clock, before it is stopped."""

# Backups

BACKUP_DIR = env("BACKUP_DIR")
"""The folder in which a job makes a backup each night; none is made when it is empty."""
BACKUP_RECIPIENTS = env("BACKUP_RECIPIENTS").replace(",", " ").split()
"""The public keys of age for which backups are encrypted; they are not encrypted without any."""
BACKUP_KEEP = env("BACKUP_KEEP", "7,4,12")
"""Of how many days, weeks and months the newest backup is kept."""
HOLD_JOURNALS = "news.hits.copies.hold_journals"
"""A context manager that yields the journals of readings and lets nobody fold them in its block."""

# Watching

LOG_FORMAT = env("LOG_FORMAT", "text" if DEBUG or sys.stderr.isatty() else "json")
"""`json`, an object a line, for journald, containers and what collects their logs; `text` for people at a terminal."""
LOG_FORMATTERS = {
    "json": {"class": "portal.log_lines.JsonFormatter"},
    "text": {
        "class": "portal.log_lines.LineFormatter",
        "format": "{asctime} {levelname} {name}: {message}",
        "style": "{",
    },
}
if LOG_FORMAT not in LOG_FORMATTERS:
    raise ImproperlyConfigured("LOG_FORMAT is json or text.")

ADMINS = [each.strip() for each in env("ADMINS").split(",") if each.strip()]
"""The addresses that errors are mailed to."""
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = f"[{urlsplit(SITE_URL).hostname}] "
SENTRY_DSN = env("SENTRY_DSN")
"""The address of a project on a Sentry server that errors are reported to; needs the package sentry-sdk."""

METRICS_TOKEN = env("METRICS_TOKEN")
METRICS_ADDRESSES = parse_networks(env("METRICS_ADDRESSES"), "METRICS_ADDRESSES")
"""Who may read /metrics: whoever sends the token, and these addresses. Without both it does not exist."""
METRICS_DIR = DATA_DIR / "metrics"
"""Where the processes of this node count; on a disk of this node, never on a shared one."""
METRICS_DIR.mkdir(exist_ok=True)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)  # prometheus_client reads it when it is imported
METRICS = ["portal.health.report_metrics", "news.metrics.report_metrics", "rates.health.report_metrics"]
"""Functions that return what /metrics reports besides the counted requests."""

# Jobs and health


def every(minutes: int, *, after: int = 0) -> list[str]:
    """The times of a day that are `minutes` apart, the first one `after` minutes past midnight."""
    return [f"{minute // 60:02}:{minute % 60:02}" for minute in range(after, 24 * 60, minutes)]


JOBS = [
    # name, command with its options, and when (in TIME_ZONE): 09:00 is every day, Mon 09:00 every week
    (_("rates"), "update_rates", ["09:00"]),
    (
        _("rates of the next day"),
        "update_rates --missing",
        ["10:00", "12:00", "14:00", "16:05", "16:35", "17:05", "17:35", "18:05", "18:35", "19:05", "19:35", "20:00"],
    ),
    (_("pictures for sharing"), "draw_cards", every(5, after=3)),
    (_("open data"), "export_articles --public", ["02:30"]),
    (_("open data after a withdrawal"), "export_articles --public --if-withdrawn", every(10, after=4)),
    (_("public files compared"), "check_public_files", ["03:40"]),
    (_("announcements"), "announce", every(5)),
    (_("posts in channels"), "post_to_channels", every(2)),
    (_("letters to subscribers"), "send_letters", every(2, after=1)),
    (_("order of articles by readings"), "rank_articles", every(5, after=2)),
    (_("old sessions"), "clearsessions", ["03:10"]),
    (_("what is kept for a time only"), "delete_expired", ["03:20"]),
]
if BACKUP_DIR:
    JOBS.append((_("backup"), "backup", ["01:20"]))
HEALTH_DETAILS = {"rates": "rates.health.report_health"}
"""What /health/ready reports besides the database: names, and the functions that return the reports."""
DOCTOR_CHECKS = [
    "portal.doctor.addresses.check_secret_key",
    "portal.doctor.addresses.check_debug",
    "portal.doctor.addresses.check_site_url",
    "portal.doctor.addresses.check_hosts",
    "portal.doctor.addresses.check_name",
    "portal.doctor.addresses.check_tls",
    "portal.doctor.addresses.check_proxies",
    "portal.doctor.services.check_database",
    "portal.doctor.services.check_migrations",
    "portal.doctor.services.check_replicas",
    "portal.doctor.services.check_connections",
    "portal.doctor.services.check_cache",
    "portal.doctor.services.check_mail",
    "portal.doctor.services.check_sender",
    "portal.doctor.services.check_clock",
    "portal.doctor.services.check_time_zones",
    "portal.doctor.files.check_folders",
    "portal.doctor.files.check_owners",
    "portal.doctor.files.check_hits_disk",
    "portal.doctor.files.check_disks",
    "portal.doctor.files.check_catalogues",
    "portal.doctor.files.check_static_files",
    "portal.doctor.accounts.check_roles",
    "portal.doctor.accounts.check_second_factors",
    "portal.doctor.work.check_jobs",
    "portal.doctor.work.check_backups",
    "rates.health.check_rates",
    "news.hits.health.check_readings",
    "news.editorial.health.check_dictionaries",
]
"""What `manage.py doctor` looks at, in this order: functions that yield what is wrong."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": LOG_FORMATTERS[LOG_FORMAT]},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "mail": {"class": "portal.error_reports.ErrorMailHandler"},
    },
    "root": {"handlers": ["console", "mail"], "level": "INFO"},
    "loggers": {
        "axes": {"level": "WARNING"},
        # granian's, in its workers; its own handler would write the keys that a traceback may have.
        "_granian": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Django's own handlers would write the keys that some addresses are.
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
