"""Describes `rates.api` in OpenAPI; `portal.json_api.openapi` puts the descriptions of all apps together."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from portal.json_api.openapi import (
    DAY,
    NUMBER,
    TEXT,
    Schema,
    array_of,
    by_language,
    nullable,
    object_of,
    operation,
    parameter,
    reference,
)

DECIMAL: Schema = {"type": "string", "pattern": "^-?[0-9]+\\.[0-9]{2,}$"}
CODE: Schema = {"type": "string", "pattern": "^[A-Z]{3}$"}


def paths() -> dict[str, Schema]:
    missing = (HTTPStatus.NOT_FOUND,)
    day = parameter("date", _("The day, today unless said otherwise."), DAY)
    code = parameter("code", _("The currency, such as usd."), {"type": "string", "pattern": "^[a-z]{3}$"}, place="path")
    span = (
        parameter("from", _("The first day, such as 2024-03-07."), DAY),
        parameter("to", _("The last day."), DAY),
    )
    return {
        "/api/v1/rates/": operation(
            "rates", _("The official exchange rates of a day"), reference("DayOfRates"), day, problems=missing
        ),
        "/api/v1/rates/{code}/": operation(
            "rate_history", _("All rates of a currency, oldest first"), reference("RateHistory"), code, *span,
            problems=missing,
        ),
    }  # fmt: skip


def schemas() -> dict[str, Schema]:
    name = by_language(TEXT)
    figures = {"day": DAY, "nominal": NUMBER, "value": DECIMAL, "change": nullable(DECIMAL)}
    return {
        "DayOfRates": object_of(
            date=DAY,
            rates_of=nullable(DAY),
            base=CODE,
            source=TEXT,
            rates=array_of(object_of(code=CODE, name=name, **figures)),
        ),
        "RateHistory": object_of(code=CODE, name=name, base=CODE, source=TEXT, rates=array_of(object_of(**figures))),
    }
