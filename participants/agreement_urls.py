"""Addresses of agreements."""

from django.urls import path

from participants.views import agreements

app_name = "agreements"
urlpatterns = [
    path("amendments/<int:pk>/", agreements.amendment_detail, name="amendment-detail"),
    path("amendments/<int:pk>/edit/", agreements.amendment_edit, name="amendment-edit"),
    path("amendments/<int:pk>/sign/", agreements.amendment_sign, name="amendment-sign"),
    path("<slug:code>/", agreements.agreement_detail, name="agreement-detail"),
    path("<slug:code>/sign/", agreements.agreement_sign, name="agreement-sign"),
    path("<slug:code>/open/", agreements.agreement_open, name="agreement-open"),
    path("<slug:code>/amend/", agreements.amendment_create, name="amendment-create"),
    path("<slug:code>/join/", agreements.party_join, name="party-join"),
    path("<slug:code>/next/", agreements.phase_create, name="phase-create"),
    path("<slug:code>/parties/<slug:party>/leave/", agreements.party_leave, name="party-leave"),
]
