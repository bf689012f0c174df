"""WSGI entry point (gunicorn mou_portal.wsgi)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mou_portal.settings")
application = get_wsgi_application()
