"""The walks ask for thousands of pages, most of them refused: what the portal logs of that is not looked at here."""

import logging
from collections.abc import Generator

import pytest


@pytest.fixture(autouse=True)
def quiet_logs() -> Generator[None, None, None]:
    """Log nothing below CRITICAL while a walk is under way."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)
