"""Two short answers for whoever watches the server."""

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
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
