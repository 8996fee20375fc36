"""Widths and formats made from an upload, and the answer to whoever asks for one."""

from typing import Any

from django.core.files.base import File
from django.http import FileResponse

from news.models import Image


def add(upload: File, **fields: Any) -> Image:
    return Image.objects.create(file=upload, width=64, height=40, **fields)


def answer(image: Image, name: str) -> FileResponse:
    return FileResponse(image.file.open("rb"))
