"""Everything that changes seminars, rolls, presentations and field visits."""

from .period import check_period
from .presentations import (
    accept_presentation,
    enter_presentation,
    mark_given,
    mark_not_given,
    return_presentation,
    save_presentation,
    start_presentation,
    submit_presentation,
)
from .roll import Mark, everybody_came, record_attendance
from .seats import Delegate, make_missing_seats, name_delegate, substitute_delegate
from .seminars import announce_seminar, cancel_seminar, close_seminar, plan_seminar, save_seminar
from .visits import (
    agree_visit,
    check_parts,
    decline_visit,
    mark_visit_done,
    report_visit,
    request_visit,
    save_visit,
    schedule_visit,
    set_visit_day,
    share_visit,
)

__all__ = [
    "Delegate",
    "Mark",
    "accept_presentation",
    "agree_visit",
    "announce_seminar",
    "cancel_seminar",
    "check_parts",
    "check_period",
    "close_seminar",
    "decline_visit",
    "enter_presentation",
    "everybody_came",
    "make_missing_seats",
    "mark_given",
    "mark_not_given",
    "mark_visit_done",
    "name_delegate",
    "plan_seminar",
    "record_attendance",
    "report_visit",
    "request_visit",
    "return_presentation",
    "save_presentation",
    "save_seminar",
    "save_visit",
    "schedule_visit",
    "set_visit_day",
    "share_visit",
    "start_presentation",
    "submit_presentation",
    "substitute_delegate",
]
