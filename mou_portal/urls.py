"""The portal's addresses."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from mou_portal import calendar_pages, check_pages, front, handover, health, home, pack_pages, report_pages
from mou_portal.data_service import pages as data_pages
from participants.views.parties import closed, privacy

handler500 = health.server_error

urlpatterns = [
    path("", front.front, name="front"),
    path("home/", home.home, name="home"),
    path("privacy/", privacy, name="privacy"),
    path("calendar/", calendar_pages.calendar_detail, name="calendar-detail"),
    path("calendar/link/", calendar_pages.link_create, name="calendar-link-create"),
    path("calendar/revoke/", calendar_pages.link_revoke, name="calendar-link-revoke"),
    path("calendar/<str:token>.ics", calendar_pages.calendar_feed, name="calendar-feed"),
    path("participants/<slug:agreement>/<slug:code>/handover/", handover.handover_detail, name="handover-detail"),
    path("participants/", include("participants.urls")),
    path("agreements/", include("participants.agreement_urls")),
    path("checks/", check_pages.check_list, name="check-list"),
    path("ledger/", include("mou_portal.ledger_urls")),
    path("pathways/", include("pathways.urls")),
    path("lessons/", include("pathways.lessons.urls")),
    path("seminars/", include("seminars.urls")),
    path("expenses/", include("expenses.urls")),
    path("reports/", report_pages.report_list, name="report-list"),
    path("reports/packs/", pack_pages.pack_list, name="pack-list"),
    path("reports/packs/<int:pk>/", pack_pages.pack_detail, name="pack-detail"),
    path("reports/packs/<int:pk>/again/", pack_pages.pack_again, name="pack-again"),
    path("reports/packs/<int:pk>/download/", pack_pages.pack_download, name="pack-download"),
    path("data/", data_pages.token_list, name="token-list"),
    path("data/<int:pk>/revoke/", data_pages.token_revoke, name="token-revoke"),
    path("api/v1/", data_pages.urls()),
    path("reports/<slug:name>/", report_pages.report_download, name="report-download"),
    path("accounts/email/", closed),  # an address is the account's key: programme staff change it
    path("accounts/", include("allauth.urls")),
    path("language/", login_not_required(set_language), name="set_language"),  # the public switches language, too
    path("admin/", admin.site.urls),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
