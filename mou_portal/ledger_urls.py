"""Addresses of the ledger."""

from django.urls import path

from mou_portal import ledger_pages
from participants.views import ledger

app_name = "ledger"
urlpatterns = [
    path("", ledger_pages.ledger_detail, name="ledger-detail"),
    path("duties/", ledger.duty_list, name="duty-list"),
    path("duties/new/", ledger.duty_create, name="duty-create"),
    path("duties/<int:pk>/", ledger.duty_edit, name="duty-edit"),
    path("duties/<int:pk>/withdraw/", ledger.duty_withdraw, name="duty-withdraw"),
    path("proofs/<int:pk>/", ledger.proof_download, name="proof-download"),
    path("proofs/<int:pk>/accept/", ledger.proof_accept, name="proof-accept"),
    path("proofs/<int:pk>/reject/", ledger.proof_reject, name="proof-reject"),
    path("waivers/<int:pk>/", ledger.waiver_download, name="waiver-download"),
    path("waivers/<int:pk>/end/", ledger.waiver_end, name="waiver-end"),
    path("cells/<slug:agreement>/<slug:duty>/<slug:code>/", ledger.cell_detail, name="cell-detail"),
    path("cells/<slug:agreement>/<slug:duty>/<slug:code>/prove/", ledger.proof_create, name="proof-create"),
    path("cells/<slug:agreement>/<slug:duty>/<slug:code>/waive/", ledger.waiver_create, name="waiver-create"),
]
