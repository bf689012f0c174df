"""Nothing that a person can type into a report makes it load anything."""

import base64
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from mou_portal.pdf import RenderError
from mou_portal.pdf.fetcher import FetchRefusedError, PortalFetcher
from tests.pdf_checks import extract_text

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
CANARY_NAME = "canary-2562"
_opened: list[str] = []


def _watch(event, arguments):
    if event == "open" and CANARY_NAME in str(arguments[0]):
        _opened.append(str(arguments[0]))


sys.addaudithook(_watch)


class Target:
    """A web server on this host that counts visits, and a file that counts openings."""

    def __init__(self, url, file):
        self.url, self.file = url, file
        self.hits = []

    def touched(self):
        return [*self.hits, *_opened]


@pytest.fixture
def target(tmp_path):
    path = tmp_path / f"{CANARY_NAME}.png"
    path.write_bytes(PNG)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            made.hits.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/css" if "css" in self.path else "image/png")
            self.end_headers()
            self.wfile.write(b"p{color:red}" if "css" in self.path else PNG)

        def log_message(self, *arguments):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Target(f"http://127.0.0.1:{server.server_port}", path.as_uri())
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)  # looks that often for its end
    thread.start()
    _opened.clear()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def _svg(inner):
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {names} width="9" height="9">{inner}</svg>'


def _data_svg(inner, media_type="image/svg+xml"):
    return f'<img alt="" src="data:{media_type};base64,{base64.b64encode(_svg(inner).encode()).decode()}">'


HOSTILE = {
    "img": '<img alt="" src="{u}/a.png">',
    "img-file": '<img alt="" src="{f}">',
    "img-scheme-case": '<img alt="" src="HtTp{rest}/a.png">',
    "img-protocol-relative": '<base href="http://x/"><img alt="" src="{relative}/a.png">',
    "img-file-host": '<img alt="" src="{localhost}">',
    "object": '<object data="{u}/a.png" type="image/png"></object>',
    "embed": '<embed src="{u}/a.png" type="image/png">',
    "base": '<base href="{u}/"><img alt="" src="a.png">',
    "link-sheet": '<link rel="stylesheet" href="{u}/a.css">',
    "link-sheet-file": '<link rel="stylesheet" href="{f}">',
    "import": "<style>@import url({u}/a.css);</style>",
    "font-face": "<style>@font-face{{font-family:x;src:url({u}/a.ttf)}}p{{font-family:x}}</style><p>x",
    "font-face-file": "<style>@font-face{{font-family:x;src:url({f})}}p{{font-family:x}}</style><p>x",
    "background": '<p style="background:url({u}/a.png)">x',
    "list-style": '<ul style="list-style-image:url({u}/a.png)"><li>x</ul>',
    "content": "<style>p::before{{content:url({u}/a.png)}}</style><p>x",
    "border-image": '<p style="border:9px solid;border-image:url({u}/a.png) 1">x',
    "page-background": "<style>@page{{background:url({u}/a.png)}}</style><p>x",
    "attachment": '<link rel="attachment" href="{u}/a.png">',
    "attachment-file": '<link rel="attachment" href="{f}">',
    "attachment-link": '<p><a rel="attachment" href="{f}">x</a>',
    "svg-image": "SVG<image href='{u}/a.png' width='9' height='9'/>",
    "svg-image-file": "SVG<image xlink:href='{f}' width='9' height='9'/>",
    "svg-use": "SVG<use href='{u}/a.svg#x'/>",
    "svg-style": "SVG<style>@import url({u}/a.css);</style><rect width='9' height='9'/>",
    "data-svg": "DATA<image href='{u}/a.png' width='9' height='9'/>",
    "data-svg-as-png": "LIE<image href='{u}/a.png' width='9' height='9'/>",
    "color-profile": "<style>@color-profile --x{{src:url({u}/a.icc)}}</style><p>x",
    "mask": '<p style="mask-image:url({u}/a.png);cursor:url({u}/a.png),auto">x',
    "ftp": '<img alt="" src="ftp{rest}/a.png">',
    "portal-path": '<img alt="" src="portal:../../{plain}"><img alt="" src="portal://x{plain}">',
    "picture": '<picture><source srcset="{u}/a.png"><img alt="" src="{u}/b.png"></picture>',
    "input": '<input type="image" src="{u}/a.png"><video poster="{u}/a.png"></video><iframe src="{u}/"></iframe>',
}


# WeasyPrint cannot go on without a colour profile: the report fails, and is told so.
STOPPING = {"color-profile"}


def _hostile(name, target):
    template = HOSTILE[name]
    text = template.format(
        u=target.url,
        f=target.file,
        rest=target.url.removeprefix("http"),
        relative=target.url.removeprefix("http:"),
        localhost=target.file.replace("file://", "file://localhost"),
        plain=target.file.removeprefix("file://"),
    )
    for mark, wrap in (
        ("SVG", _svg),
        ("DATA", _data_svg),
        ("LIE", lambda inner: _data_svg(inner, "image/png")),
    ):
        if text.startswith(mark):
            text = wrap(text.removeprefix(mark))
    return f'<html lang="th"><head><title>t</title></head><body><p>อยู่ครบ</p>{text}</body></html>'


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_loads_nothing(name, target, to_pdf):
    if name in STOPPING:
        with pytest.raises(RenderError, match="not allowed"):
            to_pdf(_hostile(name, target), whole=True)
        assert target.touched() == []
        return
    pdf = to_pdf(_hostile(name, target), whole=True)
    assert target.touched() == []
    assert "อยู่ครบ" in extract_text(pdf, "pdfium")
    assert b"/EmbeddedFile" not in pdf


def test_the_traps_are_live(target):
    """With WeasyPrint's own fetcher most of these do reach the server or the file."""
    reached = set()
    for name in HOSTILE:
        target.hits.clear()
        _opened.clear()
        HTML(string=_hostile(name, target), url_fetcher=URLFetcher(timeout=5)).write_pdf()
        if target.touched():
            reached.add(name)
    assert len(reached) >= 18, sorted(set(HOSTILE) - reached)


@pytest.mark.parametrize(
    "url",
    [
        "portal:css/other.css",
        "PORTAL:css/pdf.css",
        "portal:css/pdf.css?x",
        "portal:css/../css/pdf.css",
        "file:///etc/passwd",
        "/etc/passwd",
        "data:text/html,x",
        "data:image/svg+xml,<svg/>",
        "data:image/png,not a picture",
        "data:image/png;base64,%%%",
        "data:image/png",
        "data:font/ttf;base64,AAEAAA==",
        "data:image/png," + "x" * (9 * 1024 * 1024),
    ],
)
def test_other_addresses_are_refused(url, tmp_path):
    fetcher = PortalFetcher({"portal:css/pdf.css": tmp_path / "pdf.css"})
    with pytest.raises(FetchRefusedError):
        fetcher.fetch(url)
    with pytest.raises(FetchRefusedError):
        fetcher.open(url)
    assert fetcher.refused == 2


def test_named_files_and_pictures_are_read(tmp_path):
    sheet = tmp_path / "pdf.css"
    sheet.write_text("p{}")
    fetcher = PortalFetcher({"portal:css/pdf.css": sheet})
    response = fetcher.fetch("portal:css/pdf.css")
    assert (response.content_type, response.read()) == ("text/css", b"p{}")
    response = fetcher.fetch("data:image/png;base64," + base64.b64encode(PNG).decode())
    assert (response.content_type, response.read()) == ("image/png", PNG)
    assert fetcher.refused == 0
