"""The settings refuse what is unsafe or unclear, and production is shut tight (trust.md, "Settings")."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "a-long-random-value-for-this-test-0123456789abcdef",
    "ALLOWED_HOSTS": "portal.example.go.th",
    "DEBUG": "0",
    "DATABASE_URL": "sqlite:///:memory:",
}
SHOW = """
import json
from mou_portal import settings
kept = {name: getattr(settings, name, None) for name in %r}
print(json.dumps(kept, default=str))
"""


def start(code: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process that has this environment and nothing of ours."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={
            **clean,
            "VAR_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "mou_portal.settings",
            "STAFF_SECOND_FACTOR": "1",
            **environment,
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "portal.example.go.th,*.example.go.th"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ".example.go.th"}, "ALLOWED_HOSTS"),
        ({"STAFF_SECOND_FACTOR": "0"}, "STAFF_SECOND_FACTOR"),
        ({"STAFF_SECOND_FACTOR": "yse"}, "STAFF_SECOND_FACTOR"),
        ({"DEBUG": "ture"}, "DEBUG"),
        ({"UPLOAD_MAX_BYTES": "20 MB"}, ""),
    ],
    ids=[
        "no key",
        "no host",
        "any host",
        "wildcard among hosts",
        "suffix",
        "no second factor",
        "typo",
        "debug typo",
        "size",
    ],
)
def test_an_unsafe_environment_does_not_start(wrong: dict[str, str], named: str, tmp_path: Path) -> None:
    done = start("import mou_portal.settings", tmp_path, **GOOD | wrong)
    assert done.returncode != 0
    assert named in done.stderr.splitlines()[-1]


def test_production_is_shut_tight(tmp_path: Path) -> None:
    expected = {
        "DEBUG": False,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_AGE": 12 * 3600,
        "X_FRAME_OPTIONS": "DENY",
        "STAFF_SECOND_FACTOR": True,
        "PASSWORD_RESET_TIMEOUT": 3600,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "SESSION_COOKIE_DOMAIN": None,  # a __Host- cookie has none
    }
    done = start(SHOW % list(expected), tmp_path, **GOOD)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected


def test_behind_a_proxy_one_hop_is_trusted_and_none_otherwise(tmp_path: Path) -> None:
    for word, hops, header in (("1", 1, ["HTTP_X_FORWARDED_PROTO", "https"]), ("0", 0, None)):
        done = start(
            SHOW % ["ALLAUTH_TRUSTED_PROXY_COUNT", "SECURE_PROXY_SSL_HEADER"], tmp_path, **GOOD | {"BEHIND_PROXY": word}
        )
        assert json.loads(done.stdout) == {"ALLAUTH_TRUSTED_PROXY_COUNT": hops, "SECURE_PROXY_SSL_HEADER": header}


def test_postgresql_waits_neither_for_locks_nor_for_statements_without_end(tmp_path: Path) -> None:
    done = start(SHOW % ["DATABASES"], tmp_path, **GOOD | {"DATABASE_URL": "postgres://portal:x@127.0.0.1/portal"})
    database = json.loads(done.stdout)["DATABASES"]["default"]
    assert database["OPTIONS"]["options"] == "-c statement_timeout=15000 -c lock_timeout=5000"
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, True)


def test_the_deployment_check_finds_nothing(tmp_path: Path) -> None:
    code = (
        "from django.core.management import execute_from_command_line as run; "
        "run(['', 'check', '--deploy', '--fail-level', 'WARNING'])"
    )
    done = start(code, tmp_path, **GOOD)
    assert done.returncode == 0, done.stderr
