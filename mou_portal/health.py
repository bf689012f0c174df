"""Two short answers for whoever watches the server, and what people read while something is broken."""

import os
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers. Touches neither database nor disk."""
    return JsonResponse({"live": True})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The portal can do its work: the database answers and is migrated, and files can be written. Else 503."""
    checks = {"database": _database(), "files": _files()}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


#: After so many seconds a page may be asked for again while the database does not answer.
RETRY_AFTER_SECONDS = 30


def server_error(request: HttpRequest) -> HttpResponse:
    """What broke: 503 while the database does not answer or lets nobody in, which passes, else 500."""
    passes = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    status = 503 if passes else 500
    answer = HttpResponse(render_to_string(f"{status}.html"), status=status)
    if passes:
        answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _database() -> bool:
    if not connection.in_atomic_block:
        # a kept connection to a server that hangs would wait without end; a new one gives up in time (connect_timeout)
        connection.close()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        connection.close()
        return False


def _files() -> bool:
    try:
        Path(settings.PRIVATE_FILES_DIR).mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=settings.PRIVATE_FILES_DIR) as probe:
            probe.write(b"ready")
            probe.flush()
            os.fsync(probe.fileno())
    except OSError:
        return False
    return True
