"""A memorandum as a file: read strictly, then brought into the database without losing what people did there."""

from mou_portal.memorandum.loading import LoadReport, load_memorandum
from mou_portal.memorandum.reading import Memorandum, MemorandumRefused, Problem, read_memorandum

__all__ = ["LoadReport", "Memorandum", "MemorandumRefused", "Problem", "load_memorandum", "read_memorandum"]
