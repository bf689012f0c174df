"""What the staff groups may do in the admin site: one table that staff can read, applied after every migration."""

from __future__ import annotations

from typing import Any

from participants.access import FINANCE_STAFF, PROGRAMME_STAFF

VIEW = ("view",)
EDIT = ("view", "add", "change")
MANAGE = ("view", "add", "change", "delete")

#: group -> "app.model" -> rights. What is not named here, a group may not do.
RIGHTS: dict[str, dict[str, tuple[str, ...]]] = {
    PROGRAMME_STAFF: {
        "participants.agreement": EDIT,
        "participants.amendment": EDIT,
        "participants.clause": EDIT,
        "participants.province": VIEW,
        "participants.localgovernment": EDIT,
        "participants.designation": EDIT,
        "participants.participant": EDIT,
        "participants.user": EDIT,
        "participants.membership": MANAGE,
        "participants.adviserassignment": MANAGE,
        "participants.invitation": EDIT,
        "participants.partydocument": MANAGE,
        "participants.duty": VIEW,
        "participants.dutyparty": VIEW,
        "participants.dutyproof": VIEW,
        "participants.waiver": VIEW,
        "participants.noticeacknowledgement": VIEW,
        "participants.reminderrule": MANAGE,
        "participants.reminderlog": VIEW,
        "pathways.pathway": EDIT,
        "pathways.pathwaychoice": EDIT,
        "pathways.choiceversion": EDIT,
        "pathways.milestone": MANAGE,
        "pathways.indicator": MANAGE,
        "pathways.indicatorvalue": VIEW,
        "pathways.reportingperiod": MANAGE,
        "pathways.periodskip": MANAGE,
        "pathways.progressupdate": VIEW,
        "pathways.evidence": VIEW,
        "pathways.updateevent": VIEW,
        "lessons.codebook": VIEW,
        "lessons.theme": VIEW,
        "lessons.sourcetext": VIEW,
        "lessons.lesson": VIEW,
        "lessons.lessonevent": VIEW,
        "lessons.synthesis": VIEW,
        "lessons.edition": VIEW,
        "lessons.reporttemplate": EDIT,
        "seminars.seminar": MANAGE,
        "seminars.seminarsession": MANAGE,
        "seminars.seat": MANAGE,
        "seminars.attendance": MANAGE,
        "seminars.presentation": EDIT,
        "seminars.fieldvisit": EDIT,
        "seminars.rate": EDIT,
        "seminars.certificatetemplate": EDIT,
        "seminars.signatory": MANAGE,
        "seminars.certificate": VIEW,
        "seminars.feedbackform": EDIT,
        "seminars.feedbackquestion": MANAGE,
        "seminars.criterion": MANAGE,
        "seminars.reviewer": MANAGE,
        "seminars.visitparticipant": MANAGE,
        "expenses.expenseline": VIEW,
        "expenses.expenseparty": VIEW,
        "expenses.ruling": VIEW,
        "expenses.share": VIEW,
        "expenses.settlement": VIEW,
        "expenses.settlementline": VIEW,
        "expenses.linedispute": VIEW,
        "expenses.settlementsignature": VIEW,
        "expenses.settlementpayment": VIEW,
    },
    FINANCE_STAFF: {
        "participants.agreement": VIEW,
        "participants.participant": VIEW,
        "participants.localgovernment": VIEW,
        "participants.designation": VIEW,
        "seminars.seminar": VIEW,
        "seminars.fieldvisit": VIEW,
        "seminars.rate": EDIT,
        "expenses.expenseline": MANAGE,
        "expenses.expenseparty": MANAGE,
        "expenses.ruling": VIEW,
        "expenses.share": VIEW,
        "expenses.settlement": VIEW,
        "expenses.settlementline": VIEW,
        "expenses.linedispute": VIEW,
        "expenses.settlementsignature": VIEW,
        "expenses.settlementpayment": VIEW,
    },
}


def apply_rights(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """Make the groups' permissions equal to :data:`RIGHTS`; who may view rows may view their history.

    Runs once after each migration run: when the last app's permissions have been made.
    """
    from django.apps import apps
    from django.contrib.auth.models import Group, Permission

    if sender is not list(apps.get_app_configs())[-1]:
        return
    every = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name, rights in RIGHTS.items():
        group, _new = Group.objects.using(using).get_or_create(name=name)
        wanted = []
        for model, verbs in rights.items():
            app, label = model.split(".")
            wanted += [every[app, f"{verb}_{label}"] for verb in verbs]
            if (app, f"view_historical{label}") in every:
                wanted.append(every[app, f"view_historical{label}"])
        group.permissions.set(wanted)
