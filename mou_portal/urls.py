"""The portal's addresses."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from mou_portal import calendar_pages, handover, health, home, report_pages
from participants.views import closed, privacy

urlpatterns = [
    path("", home.front, name="front"),
    path("home/", home.home, name="home"),
    path("privacy/", privacy, name="privacy"),
    path("calendar/", calendar_pages.calendar_detail, name="calendar-detail"),
    path("calendar/link/", calendar_pages.link_create, name="calendar-link-create"),
    path("calendar/revoke/", calendar_pages.link_revoke, name="calendar-link-revoke"),
    path("calendar/<str:token>.ics", calendar_pages.calendar_feed, name="calendar-feed"),
    path("participants/<slug:agreement>/<slug:code>/handover/", handover.handover_detail, name="handover-detail"),
    path("participants/", include("participants.urls")),
    path("pathways/", include("pathways.urls")),
    path("seminars/", include("seminars.urls")),
    path("expenses/", include("expenses.urls")),
    path("reports/", report_pages.report_list, name="report-list"),
    path("reports/<slug:name>/", report_pages.report_download, name="report-download"),
    path("accounts/email/", closed),  # an address is the account's key: programme staff change it
    path("accounts/", include("allauth.urls")),
    path("language/", login_not_required(set_language), name="set_language"),  # the public switches language, too
    path("admin/", admin.site.urls),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
