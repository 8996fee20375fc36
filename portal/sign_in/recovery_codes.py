"""Codes to sign in with when neither telephone nor passkey is at hand: shown once, each usable once."""

import secrets

from django.contrib.auth.models import User
from django.db import transaction

from portal.models import RecoveryCode, RecoveryCodes

COUNT = 10
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""No letter that is read as another one."""
GROUPS, LETTERS = 4, 4


@transaction.atomic
def make_codes(user: User) -> list[str]:
    """New codes in the place of those from before."""
    # The row stays: somebody's session may have been opened by one of its codes.
    device, _created = RecoveryCodes.objects.get_or_create(user=user, confirmed=True)
    device.codes.all().delete()
    codes = [make_code() for _number in range(COUNT)]
    RecoveryCode.objects.bulk_create(RecoveryCode(device=device, digest=RecoveryCode.digest_of(code)) for code in codes)
    return codes


def make_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _letter in range(LETTERS)) for _group in range(GROUPS))


def count_codes(user: User) -> int:
    """How many codes are left."""
    return RecoveryCode.objects.filter(device__user=user, device__confirmed=True).count()
