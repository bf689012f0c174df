"""The fonts: made once, whole, the same each time, and small on the web."""

import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from mou_portal.pdf.fonts import FACES, FAMILY, derive, pdf_fonts, web_fonts
from mou_portal.pdf.signs import SIGNS


def test_derived_fonts_carry_their_own_name_and_the_licence(font_dir):
    folder = pdf_fonts(font_dir)
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text().upper()
    for face in FACES:
        font = TTFont(folder / face.file_name)
        names = {record.nameID: str(record) for record in font["name"].names}
        assert names[1] == FAMILY
        assert names[2] == face.style
        assert "Sarabun Project Authors" in names[0]
        assert "Open Font License" in names[13]
        assert set(SIGNS) <= set(font.getBestCmap())
        assert font["GDEF"].table.GlyphClassDef.classDefs["uni0E490E33"] == 1
        assert font["hmtx"]["uni0E490E33"][0] == font["hmtx"]["uni0E32"][0]


def test_the_same_source_gives_the_same_bytes(font_dir):
    assert derive(FACES[1]) == (pdf_fonts(font_dir) / FACES[1].file_name).read_bytes()


def test_two_processes_may_make_the_fonts_at_once(tmp_path):
    code = f"from pathlib import Path; from mou_portal.pdf.fonts import pdf_fonts; pdf_fonts(Path({str(tmp_path)!r}))"
    project = Path(__file__).resolve().parents[3]
    running = [subprocess.Popen([sys.executable, "-c", code], cwd=project) for _ in range(2)]
    assert [process.wait(timeout=60) for process in running] == [0, 0]
    folder = pdf_fonts(tmp_path)
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == sorted(
        [*(face.file_name for face in FACES), "OFL.txt", "fonts.conf"]
    )
    for face in FACES:
        TTFont(folder / face.file_name)["glyf"]["uni0E33.narrow"]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return web_fonts(tmp_path_factory.mktemp("web"))


def test_web_fonts_are_small_and_whole(written):
    assert set(written) == {"Regular", "Bold"}
    for path in written.values():
        assert path.stat().st_size <= 35_000
        present = set(TTFont(path).getBestCmap())
        assert {ord(letter) for letter in "กฮำ้ํ๙ฯๆ฿AZaz09“”–…✓◐○→"} <= present


def test_build_fonts_writes_both_sets(tmp_path, settings, capsys):
    from django.core.management import call_command

    settings.VAR_DIR = tmp_path
    settings.PDF_FONT_DIR = tmp_path / "fonts"
    call_command("build_fonts")
    assert (tmp_path / "static" / "fonts" / "Sarabun-Regular.woff2").is_file()
    assert (pdf_fonts(tmp_path / "fonts") / "fonts.conf").is_file()
    assert "Sarabun-Bold.woff2" in capsys.readouterr().out
