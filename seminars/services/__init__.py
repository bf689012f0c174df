"""Everything that changes seminars, rolls, presentations and field visits."""

from .certificates import issue_certificates, withdraw_certificate
from .checkin import Answer, check_in, check_in_oneself, make_list, make_missing_lists, save_list, undo_check_in
from .copying import copy_seminar
from .feedback import Respondent, close_feedback, give_feedback, open_feedback
from .findings import (
    add_finding,
    assign_action,
    finish_action,
    possible_assignees,
    possible_verifiers,
    save_finding,
    verify_action,
)
from .papers import add_material, attach_photo, remove_material, remove_photo
from .period import check_clash, check_period
from .presentations import (
    accept_presentation,
    enter_presentation,
    mark_given,
    mark_not_given,
    renew_slides,
    return_presentation,
    save_presentation,
    start_presentation,
    submit_presentation,
)
from .programme import PLACEABLE, arrange_programme, arrangement
from .rates import enter_rate, save_rate
from .reviews import answer_feedback, review_presentation, send_feedback
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
    "PLACEABLE",
    "Answer",
    "Delegate",
    "Mark",
    "Respondent",
    "accept_presentation",
    "add_finding",
    "add_material",
    "agree_visit",
    "announce_seminar",
    "answer_feedback",
    "arrange_programme",
    "arrangement",
    "assign_action",
    "attach_photo",
    "cancel_seminar",
    "check_clash",
    "check_in",
    "check_in_oneself",
    "check_parts",
    "check_period",
    "close_feedback",
    "close_seminar",
    "copy_seminar",
    "decline_visit",
    "enter_presentation",
    "enter_rate",
    "everybody_came",
    "finish_action",
    "give_feedback",
    "issue_certificates",
    "make_list",
    "make_missing_lists",
    "make_missing_seats",
    "mark_given",
    "mark_not_given",
    "mark_visit_done",
    "name_delegate",
    "open_feedback",
    "plan_seminar",
    "possible_assignees",
    "possible_verifiers",
    "record_attendance",
    "remove_material",
    "remove_photo",
    "renew_slides",
    "report_visit",
    "request_visit",
    "return_presentation",
    "review_presentation",
    "save_finding",
    "save_list",
    "save_presentation",
    "save_rate",
    "save_seminar",
    "save_visit",
    "schedule_visit",
    "send_feedback",
    "set_visit_day",
    "share_visit",
    "start_presentation",
    "submit_presentation",
    "substitute_delegate",
    "undo_check_in",
    "verify_action",
    "withdraw_certificate",
]
