"""The settings of an installation as a backup lists them, without secrets."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

SECRET = re.compile("SECRET|TOKEN|KEY|PASS|DSN|CREDENTIAL")
"""A variable with one of these in its name is listed without its value."""
PLAIN_PARAMETERS = {"endpoint", "region", "sslmode", "sslrootcert", "conn_max_age"}
"""What an address may say after its question mark. Anything else may be a secret."""
LEFT_OUT = "<left out>"


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The same variables, where secrets are replaced by LEFT_OUT."""
    return {
        name: LEFT_OUT
        if SECRET.search(name) and not name.endswith("_RECIPIENTS")
        else " ".join(map(clean_address, value.split(" ")))  # there may be several
        for name, value in sorted(environment.items())
    }


def clean_address(value: str) -> str:
    """An address without its user, password and unknown parameters; another value as it is."""
    if "://" not in value:
        return value
    try:
        parts = urlsplit(value)
    except ValueError:
        return LEFT_OUT
    _user, at, host = parts.netloc.rpartition("@")
    parameters = [(key, text if key in PLAIN_PARAMETERS else LEFT_OUT) for key, text in parse_qsl(parts.query, True)]
    return urlunsplit(
        (parts.scheme, f"{LEFT_OUT}@{host}" if at else host, parts.path, urlencode(parameters, safe="<> :/"), "")
    )
