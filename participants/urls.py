"""Addresses of parties and people."""

from django.urls import path

from participants.views import documents
from participants.views import parties as views

app_name = "participants"
urlpatterns = [
    path("", views.participant_list, name="participant-list"),
    path("agreement/", views.agreement_select, name="agreement-select"),
    path("documents/", documents.document_list, name="document-list"),
    path("documents/<int:pk>/", views.document_download, name="document-download"),
    path("invitations/<str:token>/", views.invitation_accept, name="invitation-accept"),
    path("<slug:agreement>/<slug:code>/", views.participant_detail, name="participant-detail"),
    path("<slug:agreement>/<slug:code>/contact/", views.contact_edit, name="contact-edit"),
]
