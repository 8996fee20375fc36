"""Whether a file may be attached, and of which kind it is: asks the inspector and puts its refusals into sentences."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from news.media.inspections import InspectionStopped, TooBusy, inspect_file


class NotAccepted(ValidationError):
    """Why a file cannot be taken, in a sentence for the person who uploaded it."""


def inspect_document(content: bytes, extension: str) -> tuple[str, str]:
    """A key of `KINDS` and the document's text. The extension only tells a table from a text. Raises NotAccepted."""
    try:
        with inspect_file("document", content, extension) as (verdict, _output):
            if "kind" in verdict:
                return str(verdict["kind"]), str(verdict["text"])
            raise NotAccepted(explain_refusal(verdict["refused"]))
    except InspectionStopped as error:
        raise NotAccepted(explain_refusal("too_demanding")) from error
    except TooBusy as error:
        raise NotAccepted(
            _("Other files are being checked just now; upload this one again in a few seconds.")
        ) from error


def explain_refusal(reason: str) -> str:
    """`reason` is one of `news.media.inspector.refusals`."""
    return {
        "not_a_document": _(
            "This file cannot be attached: it must be PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TXT or CSV."
        ),
        "damaged": _("The file is damaged or incomplete; save it again and upload that."),
        "active": _("The file contains macros, scripts or other files; save it without them and upload that."),
        "locked": _("The file is protected with a password; save it without one and upload that."),
        "fetches": _("The file loads parts of itself from another address; save it without them and upload that."),
        "unpacks_too_large": _("The file is too large when it is unpacked."),
        "too_demanding": _(
            "Checking the file takes too much time or memory; save it again in a simpler form and upload that."
        ),
    }[reason]
