"""Widths and formats made from an upload, and the answer to whoever asks for one."""

from django.http import FileResponse

from news.models import Image


def answer(image: Image, name: str) -> FileResponse:
    return FileResponse(image.file.open("rb"))
