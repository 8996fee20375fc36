"""How an action on an article is refused: in sentences that its editor can act on."""

from news.models import Revision


class Refused(Exception):
    """The action cannot be done now; `sentences` say what to do first."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


class NewerText(Refused):
    """Somebody saved after the person had opened the page: `newest` has not been seen yet, `seen` is its number's."""

    def __init__(self, sentence: str, *, newest: Revision, seen: int) -> None:
        super().__init__(sentence)
        self.newest = newest
        self.seen = seen
