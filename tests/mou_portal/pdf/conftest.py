"""What the PDF tests share: fonts made once, the memorandum's own text, a short way to a PDF."""

from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

from mou_portal.pdf import render_pdf
from mou_portal.pdf.fonts import pdf_fonts

DATA = Path(__file__).resolve().parents[3] / "mou_portal" / "data"


@pytest.fixture(scope="session")
def font_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fonts")
    pdf_fonts(folder)
    return folder


@pytest.fixture(scope="session")
def memorandum() -> str:
    return (DATA / "memorandum.th.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def memorandum_html(memorandum: str) -> str:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in memorandum.splitlines() if line.strip())
    return f'<html lang="th"><head><title>บันทึก</title></head><body><h1>บันทึกความร่วมมือ</h1>{paragraphs}</body></html>'


@pytest.fixture(scope="session")
def to_pdf(font_dir: Path) -> Callable[..., bytes]:
    """Set a body (or, with `whole=True`, a whole page) as PDF in this process."""

    def make(html: str, *, whole: bool = False, **options: object) -> bytes:
        page = html if whole else f'<html lang="th"><head><title>t</title></head><body><h1>ก</h1>{html}</body></html>'
        given = {"title": "ทดสอบ", "author": "สถาบันพระปกเกล้า", "language": "th", "font_dir": font_dir}
        return render_pdf(page, **(given | options))

    return make
