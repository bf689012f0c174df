"""Settings for tests: the real ones, with development's switches given explicitly."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789abcdef" * 3)
os.environ.setdefault("DEBUG", "0")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("SECURE_SSL_REDIRECT", "0")

from mou_portal.settings import *  # noqa: F403 — the environment must be set first

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False  # the live server speaks plain HTTP
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sessionid", "csrftoken"
STAFF_SECOND_FACTOR = False  # tests of it switch it on
# Argon2 as in the portal, yet with no more work than it must have: whole tests were spent on waiting for it.
PASSWORD_HASHERS = ["tests.quick_argon2.QuickArgon2"]
