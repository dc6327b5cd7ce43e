"""What differs in tests: quick passwords, plain static files, N+1 queries are errors."""

from __future__ import annotations

from config.settings import *  # noqa: F403 - the one place where settings are inherited
from config.settings import INSTALLED_APPS, MIDDLEWARE, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["tests.traffic.listening", "zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
LOGGING["root"]["level"] = "WARNING"  # type: ignore[index]  # noqa: F405
