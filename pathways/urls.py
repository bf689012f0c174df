"""Addresses of pathways, choices and progress."""

from django.urls import path

from pathways.views import choices, evidence, indicators, lists, plan, queue, reviews, schedule, updates, workbooks

app_name = "pathways"
urlpatterns = [
    path("", lists.pathway_matrix, name="pathway-matrix"),
    path("choices/", lists.choice_list, name="choice-list"),
    path("choices/new/", choices.choice_create, name="choice-create"),
    path("choices/<int:pk>/", choices.choice_detail, name="choice-detail"),
    path("choices/<int:pk>/edit/", choices.choice_edit, name="choice-edit"),
    path("choices/<int:pk>/submit/", choices.choice_submit, name="choice-submit"),
    path("choices/<int:pk>/confirm/", choices.choice_confirm, name="choice-confirm"),
    path("choices/<int:pk>/return/", choices.choice_return, name="choice-return"),
    path("choices/<int:pk>/change/", choices.choice_change, name="choice-change"),
    path("choices/<int:pk>/withdraw/", choices.choice_withdraw, name="choice-withdraw"),
    path("choices/<int:pk>/milestones/new/", plan.milestone_create, name="milestone-create"),
    path("milestones/<int:pk>/edit/", plan.milestone_edit, name="milestone-edit"),
    path("milestones/<int:pk>/delete/", plan.milestone_delete, name="milestone-delete"),
    path("choices/<int:pk>/indicators/new/", indicators.indicator_create, name="indicator-create"),
    path("indicators/<int:pk>/edit/", indicators.indicator_edit, name="indicator-edit"),
    path("indicators/<int:pk>/delete/", indicators.indicator_delete, name="indicator-delete"),
    path("choice-documents/<int:pk>/", evidence.choice_document, name="choice-document"),
    path("periods/generate/", schedule.period_generate, name="period-generate"),
    path("burden/", schedule.burden, name="burden"),
    path("updates/", updates.update_list, name="update-list"),
    path("updates/start/", updates.update_start, name="update-start"),
    path("updates/nothing/", updates.update_nothing, name="update-nothing"),
    path("updates/review/", queue.update_queue, name="update-queue"),
    path("updates/<int:pk>/", updates.update_detail, name="update-detail"),
    path("updates/<int:pk>/edit/", updates.update_edit, name="update-edit"),
    path("updates/<int:pk>/submit/", updates.update_submit, name="update-submit"),
    path("updates/<int:pk>/review/", reviews.update_review, name="update-review"),
    path("updates/<int:pk>/remark/", reviews.update_remark, name="update-remark"),
    path("workbooks/", workbooks.workbook_upload, name="workbook-upload"),
    path("workbooks/download/", workbooks.workbook_download, name="workbook-download"),
    path("workbooks/confirm/", workbooks.workbook_confirm, name="workbook-confirm"),
    path("evidence/<int:pk>/", evidence.evidence_download, name="evidence-download"),
    path("evidence/<int:pk>/delete/", evidence.evidence_delete, name="evidence-delete"),
]
