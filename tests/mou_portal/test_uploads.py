"""What may be uploaded: every good file of each kind, and none of a long list of bad ones."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from PIL import Image
from pypdf import PdfWriter

from mou_portal.uploads import KINDS, UploadRefused, inspect

MIB = 1024 * 1024


def picture(kind: str, size: tuple[int, int] = (9, 7)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (11, 85, 99)).save(out, kind)
    return out.getvalue()


def pdf(pages: int = 1) -> bytes:
    out, writer = io.BytesIO(), PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def package(*parts: str, **extra: bytes) -> bytes:
    """An office file of these parts; ``extra`` are more, by name without what a keyword cannot hold."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, "<x/>")
        for name, content in extra.items():
            archive.writestr(name, content)
    return out.getvalue()


def office(ending: str, *more: str) -> bytes:
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
    return package(main[ending], *more)


def huge_png() -> bytes:
    """A PNG of a few hundred bytes that says it is 40,000 pixels square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def bomb() -> bytes:
    """A document of 300 kB that unpacks to 300 MB."""
    return package("word/document.xml", **{"word/media/image1.png": b"\0" * (300 * MIB)})


def lying_directory() -> bytes:
    """A document whose directory says 300 MB although little is inside: judged by what it claims."""
    content = bytearray(package("word/document.xml", big=b"x"))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 300 * MIB)
    return bytes(content)


GOOD: list[tuple[str, Callable[[], bytes], str]] = [
    ("memo.pdf", pdf, "pdf"),
    ("MEMO.PDF", pdf, "pdf"),
    ("บันทึกข้อตกลง ๒๕๖๒.pdf", lambda: pdf(3), "pdf"),
    ("photo.png", lambda: picture("PNG"), "png"),
    ("photo.jpg", lambda: picture("JPEG"), "jpg"),
    ("photo.jpeg", lambda: picture("JPEG"), "jpg"),
    ("photo.webp", lambda: picture("WEBP"), "webp"),
    ("letter.docx", lambda: office("docx"), "docx"),
    ("table.xlsx", lambda: office("xlsx"), "xlsx"),
    ("slides.pptx", lambda: office("pptx"), "pptx"),
    ("two.dots.in.name.pdf", pdf, "pdf"),
]


@pytest.mark.parametrize(("name", "content", "ending"), GOOD, ids=[name for name, *_ in GOOD])
def test_every_accepted_kind_is_accepted(name: str, content: Callable[[], bytes], ending: str) -> None:
    assert inspect(name, content(), limit=20 * MIB).ending == ending


HTML = b"<!DOCTYPE html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
BAD: list[tuple[str, Callable[[], bytes]]] = [
    # kinds that are not accepted
    ("page.html", lambda: HTML),
    ("page.htm", lambda: HTML),
    ("page.xhtml", lambda: HTML),
    ("drawing.svg", lambda: SVG),
    ("drawing.svgz", lambda: SVG),
    ("code.js", lambda: b"alert(1)"),
    ("page.php", lambda: b"<?php system($_GET['c']);"),
    ("run.exe", lambda: b"MZ" + b"\0" * 60),
    ("run.sh", lambda: b"#!/bin/sh\n"),
    ("macro.docm", lambda: office("docx")),
    ("macro.xlsm", lambda: office("xlsx")),
    ("old.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    ("all.zip", lambda: office("docx")),
    ("moving.gif", lambda: picture("GIF")),
    ("no-ending", pdf),
    (".pdf", pdf),
    ("photo.png.html", lambda: picture("PNG")),
    ("photo.png\u202egpj.exe", lambda: picture("PNG")),
    ("", pdf),
    # something else behind an accepted ending
    ("page.pdf", lambda: HTML),
    ("page.png", lambda: HTML),
    ("drawing.png", lambda: SVG),
    ("photo.jpg", lambda: picture("PNG")),
    ("photo.webp", lambda: b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40),
    ("table.docx", lambda: office("xlsx")),
    ("letter.xlsx", lambda: office("docx")),
    ("all.docx", lambda: package("readme.txt")),
    ("run.docx", lambda: b"MZ" + office("docx")),
    ("late.pdf", lambda: b"\n\n" + pdf()),
    # damaged, or made to do harm
    ("empty.pdf", lambda: b""),
    ("head.pdf", lambda: b"%PDF-1.7\n"),
    ("head.png", lambda: picture("PNG")[:8]),
    ("half.png", lambda: picture("PNG", (400, 400))[:-60]),
    ("half.jpg", lambda: picture("JPEG", (400, 400))[:600]),
    ("half.docx", lambda: office("docx")[:-30]),
    ("huge.png", huge_png),
    ("bomb.docx", bomb),
    ("liar.docx", lying_directory),
    ("many.docx", lambda: office("docx", *(f"word/part{number}.xml" for number in range(2_001)))),
    ("macro.docx", lambda: office("docx", "word/vbaProject.bin")),
    ("macro.xlsx", lambda: office("xlsx", "xl/vbaProject.bin")),
    ("active.pptx", lambda: office("pptx", "ppt/activeX/activeX1.bin")),
    ("no-pages.pdf", lambda: pdf(0)),
]


@pytest.mark.parametrize(("name", "content"), BAD, ids=[repr(name) for name, _ in BAD])
def test_a_bad_file_is_refused_with_a_sentence(name: str, content: Callable[[], bytes]) -> None:
    with pytest.raises(UploadRefused) as refused:
        inspect(name, content(), limit=20 * MIB)
    assert name in str(refused.value)


def test_a_file_above_the_limit_is_refused_and_one_at_the_limit_is_not() -> None:
    content = pdf()
    assert inspect("memo.pdf", content, limit=len(content)).ending == "pdf"
    with pytest.raises(UploadRefused):
        inspect("memo.pdf", content, limit=len(content) - 1)


def test_no_accepted_kind_can_carry_script_into_a_browser() -> None:
    types = {kind.content_type for kind in KINDS.values()}
    assert not [name for name in types if re.search("html|xml$|svg|javascript|text", name)]
