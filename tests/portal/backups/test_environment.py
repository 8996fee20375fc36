"""No secret of the environment stands in a backup, and whatever is no secret does."""

import pytest

from portal.backups.environment import LEFT_OUT, without_secrets

SECRETS = {
    "SECRET_KEY": "hunter2",
    "TELEGRAM_TOKEN": "123:hunter2",
    "INDEXNOW_KEY": "hunter2",
    "OIDC_CLIENT_SECRET": "hunter2",
    "SENTRY_DSN": "https://hunter2.sentry.example/1",
    "DATABASE_URL": "postgres://portal:hunter2@db.example:5432/portal?sslmode=require&password=hunter2",
    "CACHE_URL": "redis://:hunter2@cache.example:6379/0",
    "EMAIL_URL": "smtp+tls://news:hunter2@mail.example:587",
    "MEDIA_STORAGE": "s3://id:hunter2@bucket/folder?endpoint=https://s3.example&region=kz-1&session=hunter2",
    "WEBSUB_HUB": "https://hub.example/#hunter2",
}


@pytest.mark.parametrize("name", SECRETS)
def test_secret_is_left_out(name):
    assert "hunter2" not in without_secrets(SECRETS)[name]


def test_rest_is_there_to_set_an_installation_up_again():
    plain = {"SITE_URL": "https://portal.example", "ALLOWED_HOSTS": "portal.example", "CDN_SECONDS": "10"}
    plain["BACKUP_RECIPIENTS"] = "age1public"

    written = without_secrets(SECRETS | plain)

    assert {name: written[name] for name in plain} == plain
    assert written["SECRET_KEY"] == LEFT_OUT
    assert written["DATABASE_URL"] == (
        f"postgres://{LEFT_OUT}@db.example:5432/portal?sslmode=require&password={LEFT_OUT.replace(' ', '+')}"
    )
    assert written["MEDIA_STORAGE"].startswith(
        f"s3://{LEFT_OUT}@bucket/folder?endpoint=https://s3.example&region=kz-1&"
    )


@pytest.mark.parametrize("value", ["", "a", "://", "https://[", "a@b", "http://x:y:z@"])
def test_no_value_breaks_it(value):
    assert isinstance(without_secrets({"ANY": value})["ANY"], str)


def test_several_addresses_are_each_without_their_passwords():
    replicas = "postgres://portal:hidden@one/portal postgres://portal:hidden@two/portal"

    listed = without_secrets({"DATABASE_REPLICAS": replicas})["DATABASE_REPLICAS"]

    assert listed == "postgres://<left out>@one/portal postgres://<left out>@two/portal"
