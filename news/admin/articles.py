"""The admin of articles, assembled from its list, its form, its actions, its history and the pages beside them."""

from news.admin.article_actions import ArticleActionsMixin
from news.admin.article_form import ArticleFormMixin
from news.admin.article_history import ArticleHistoryMixin
from news.admin.article_list import ArticleListMixin
from news.admin.article_pages import ArticlePagesMixin
from news.admin.autosaving import AutosaveMixin, UnsavedTextsMixin
from news.admin.editor_endpoints import EditorEndpointsMixin
from news.admin.saved_filters import SavedFiltersMixin
from news.admin.translators import TranslatorMixin


class ArticleAdmin(
    TranslatorMixin,
    AutosaveMixin,
    UnsavedTextsMixin,
    SavedFiltersMixin,
    ArticlePagesMixin,
    EditorEndpointsMixin,
    ArticleListMixin,
    ArticleFormMixin,
    ArticleActionsMixin,
    ArticleHistoryMixin,
):
    """Each mixin holds one subject; TranslatorMixin comes first because it narrows what the others offer."""
