"""Addresses of seminars, presentations and field visits."""

from django.urls import path

from seminars.views import presentations, seminars, visits

app_name = "seminars"
urlpatterns = [
    path("", seminars.seminar_list, name="seminar-list"),
    path("<int:pk>/", seminars.seminar_detail, name="seminar-detail"),
    path("<int:pk>/seats/", seminars.seat_list, name="seat-list"),
    path("seats/<int:pk>/", seminars.seat_edit, name="seat-edit"),
    path("sessions/<int:pk>/attendance/", seminars.attendance_edit, name="attendance-edit"),
    path("sessions/<int:pk>/sign-in-sheet/", seminars.sign_in_sheet, name="sign-in-sheet"),
    path("sessions/<int:pk>/attendance/rest/", seminars.attendance_rest, name="attendance-rest"),
    path("presentations/", presentations.presentation_list, name="presentation-list"),
    path("presentations/new/", presentations.presentation_create, name="presentation-create"),
    path("presentations/<int:pk>/", presentations.presentation_detail, name="presentation-detail"),
    path("presentations/<int:pk>/edit/", presentations.presentation_edit, name="presentation-edit"),
    path("presentations/<int:pk>/submit/", presentations.presentation_submit, name="presentation-submit"),
    path("presentations/<int:pk>/decide/", presentations.presentation_decide, name="presentation-decide"),
    path("presentations/<int:pk>/mark/", presentations.presentation_mark, name="presentation-mark"),
    path("presentations/<int:pk>/slides/", presentations.slides_download, name="slides-download"),
    path("visits/", visits.visit_list, name="visit-list"),
    path("visits/new/", visits.visit_create, name="visit-create"),
    path("visits/<int:pk>/", visits.visit_detail, name="visit-detail"),
    path("visits/<int:pk>/decide/", visits.visit_decide, name="visit-decide"),
    path("visits/<int:pk>/plan/", visits.visit_plan, name="visit-plan"),
    path("visits/<int:pk>/done/", visits.visit_done, name="visit-done"),
    path("visits/<int:pk>/report/", visits.visit_report, name="visit-report"),
]
