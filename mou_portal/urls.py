"""The portal's addresses."""

from django.contrib import admin
from django.urls import include, path

from mou_portal import health, home, report_pages
from participants.views import privacy

urlpatterns = [
    path("", home.front, name="front"),
    path("home/", home.home, name="home"),
    path("privacy/", privacy, name="privacy"),
    path("participants/", include("participants.urls")),
    path("pathways/", include("pathways.urls")),
    path("seminars/", include("seminars.urls")),
    path("expenses/", include("expenses.urls")),
    path("reports/", report_pages.report_list, name="report-list"),
    path("reports/<slug:name>/", report_pages.report_download, name="report-download"),
    path("accounts/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
