from collections.abc import Iterator

import pytest

from news.newsletter import messages
from tests.support.mail_server import MailServer, mail_server, mailers_of


@pytest.fixture
def mail(settings) -> Iterator[MailServer]:
    """A mail server that gets the letters of the test."""
    messages.render_news.cache_clear()
    messages.render_link.cache_clear()
    with mail_server() as server:
        settings.MAILERS = mailers_of(server.port)
        yield server
