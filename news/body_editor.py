"""The field in which an article's text is written: django-prose-editor, opened by our own module.

The library's own widget needs an inline import map and a style element, which our content policy refuses.
"""

import json
from typing import Any

from django import forms
from django.templatetags.static import static
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
# What the library says in its dialogs, in its own words.
DIALOGS = {
    "URL": _("Address"),
    "Title": _("Title"),
    "Edit Link": _("Link"),
    "Update": _("Apply"),
    "Cancel": _("Cancel"),
    "Rows": _("Rows"),
    "Columns": _("Columns"),
    "Include header row": _("With a row of headings"),
    "Table Properties": _("Table"),
    "Insert Table": _("Insert the table"),
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
        js = [forms.Script("js/admin-editor.js", type="module")]

    def __init__(self, language: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 20, "lang": language, **(attrs or {})})
        self.language = language

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-body-editor"] = json.dumps(
            {
                "module": static("django_prose_editor/editor.js"),
                "toolbar": str(_("Formatting")),
                "buttons": {name: str(label) for name, label in BUTTONS.items()},
                "dialogs": {words: str(label) for words, label in DIALOGS.items()},
            },
            ensure_ascii=False,
        )
        return context
