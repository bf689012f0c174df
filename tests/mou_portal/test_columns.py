"""Columns of many rows that are read at once."""

import pytest

from mou_portal.columns import read_at_once
from participants.models import Participant
from pathways.lessons.models import Lesson

pytestmark = pytest.mark.django_db


def test_the_columns_are_those_of_the_rows(world):
    keys, orders = read_at_once(Participant.objects.all(), "pk", "order")
    assert sorted(zip(keys, orders, strict=True)) == sorted(
        (str(pk), str(order)) for pk, order in Participant.objects.values_list("pk", "order")
    )
    assert len(keys) > 1
    assert read_at_once(Participant.objects.filter(order=-1), "pk", "order") == [[], []]


def test_a_column_that_may_be_empty_is_refused(world):
    assert Lesson.objects.filter(pathway=None).exists()
    assert Lesson.objects.exclude(pathway=None).exists()
    with pytest.raises(ValueError, match="different lengths"):
        read_at_once(Lesson.objects.all(), "pk", "pathway_id")
