import pytest


@pytest.fixture(autouse=True)
def no_pauses(settings):
    settings.RATES_RETRY_PAUSES = ()
