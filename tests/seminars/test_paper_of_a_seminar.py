"""The papers of one seminar: tagged, whole and without an accessibility finding."""

import pytest

from seminars.reports import attendance_pdf, sign_in_sheet_pdf
from tests.pdf_checks import accessibility_findings, structure


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_papers_of_a_seminar_are_accessible(world, settings, language):
    settings.SITE_URL = "https://10.20.30.40:8443"  # digits, which no alternative text may consist of
    seminar = world.seminars["announced"]
    papers = (sign_in_sheet_pdf(seminar.sessions.first(), language), attendance_pdf(seminar, language))
    for pdf in papers:
        told = structure(pdf)
        assert told["tagged"]
        assert told["language"] == language
        assert {"H1", "Table", "TH", "TD", "Figure"} <= told["parts"]
        assert accessibility_findings(pdf) == []
