"""The field in which an article's text is written: django-prose-editor, opened by our own module.

The library's own widget needs an inline import map and a style element, which our content policy forbids.
"""

import json
from typing import Any

from django import forms
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

BUTTONS = {
    "paragraph": _("Paragraph"),
    "heading2": _("Heading"),
    "heading3": _("Smaller heading"),
    "bold": _("Bold"),
    "italic": _("Italic"),
    "link": _("Link"),
    "unlink": _("Remove the link"),
    "bulletList": _("List"),
    "orderedList": _("Numbered list"),
    "blockquote": _("Quotation"),
    "cite": _("Who is quoted"),
    "picture": _("Picture of the library"),
    "video": _("Video"),
    "horizontalRule": _("Line between parts"),
    "table": _("Table"),
    "table:addRowAfter": _("Add a row"),
    "table:deleteRow": _("Delete the row"),
    "table:addColumnAfter": _("Add a column"),
    "table:deleteColumn": _("Delete the column"),
    "table:toggleHeaderCell": _("Heading cell or not"),
    "table:deleteTable": _("Delete the table"),
    "history:undo": _("Undo"),
    "history:redo": _("Redo"),
}
# The texts of the library's dialogs; the keys are its own.
DIALOGS = {
    "Update": _("Apply"),
    "Cancel": _("Cancel"),
    "Rows": _("Rows"),
    "Columns": _("Columns"),
    "Include header row": _("With a row of headings"),
    "Table Properties": _("Table"),
    "Insert Table": _("Insert the table"),
}

VIDEO = {
    "title": _("Video"),
    "address": _("Address of the video"),
    "help": _("The address or the embed code of YouTube or of another site, beginning with https://."),
    "name": _("What is seen in it"),
    "still": _("Still picture"),
    "drawn": _("none; one is drawn"),
    "choose": _("Choose from the library"),
    "without": _("Without a picture"),
    "trouble": _("No video is known at this address. Copy it from the page of the video itself."),
    "away": _("The server does not answer. Try again in a moment."),
    "apply": _("Apply"),
    "cancel": _("Cancel"),
}
"""The texts of the dialog for a video."""

# The texts of our own dialogs.
WORDS = {
    "apply": _("Apply"),
    "cancel": _("Cancel"),
    "found": _("Found"),
    "link": _("Link"),
    "linkLabel": _("Words of an article’s title, or an address"),
    "linkHelp": _(
        "A chosen article is followed when its address changes. Other addresses: a website, e-mail, +7 telephone."
    ),
    "linkTrouble": _("This is no address of a website, e-mail or telephone. Choose an article, or correct it."),
    "wordCount": _("Words"),
    "characterCount": _("Characters"),
    "speaker": _("Who is quoted"),
    "speakerLabel": _("Name"),
    "speakerHelp": _("Choose a person, or type the name and office as readers should see them."),
}


class BodyEditor(forms.Textarea):
    """The text of one language. Without JavaScript it is a plain field of HTML."""

    class Media:
        css = {
            "all": [
                "django_prose_editor/material-icons.css",
                "django_prose_editor/editor.css",
                "django_prose_editor/overrides.css",
            ]
        }
        js = [
            forms.Script("js/editor/body-editor.js", type="module"),
            forms.Script("js/admin/spell-check.js", type="module"),
        ]

    template_name = "admin/news/article/body_editor.html"

    def __init__(self, language: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 20, "lang": language, **(attrs or {})})
        self.language = language

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["language"] = self.language
        context["widget"]["attrs"]["data-body-editor"] = json.dumps(
            {
                "module": static("django_prose_editor/editor.js"),
                "addresses": {
                    "clean": reverse("admin:news_article_clean"),
                    "articles": reverse("admin:news_article_find", args=[self.language]),
                    "people": reverse("admin:news_article_find_person", args=[self.language]),
                },
                "words": {name: str(words) for name, words in WORDS.items()},
                "toolbar": str(_("Formatting")),
                "video": {name: str(words) for name, words in VIDEO.items()},
                "buttons": {name: str(label) for name, label in BUTTONS.items()},
                "dialogs": {words: str(label) for words, label in DIALOGS.items()},
            },
            ensure_ascii=False,
        )
        return context
