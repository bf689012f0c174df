"""What tests of ``manage.py load_mou`` share: files to load."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mou_portal.memorandum_files import SMALL


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write a file: SMALL with replacements ``(old, new)``; each old text must occur."""

    def write(*replacements: tuple[str, str], text: str = SMALL, name: str = "test.toml") -> Path:
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write
