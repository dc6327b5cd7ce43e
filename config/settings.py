"""Settings, all read from the environment; without any, the safe production values hold.

``docs/operations.md`` explains every variable. ``manage.py up`` sets those that differ on one's
own machine. Wrong values stop the start with a hint, here or in ``core.checks``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from kombu import Queue

from config import env, services

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_file(env.path("ENV_FILE", BASE_DIR / ".env"))

# Libraries that load or write weights draw no progress bars into terminals and logs.
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

VAR_DIR = env.path("VAR_DIR", BASE_DIR / "var")
SECRET_KEY_FILE = VAR_DIR / "secret_key"


def _secret_key() -> str:
    given = env.text("SECRET_KEY")
    if given or not SECRET_KEY_FILE.is_file():
        return given
    return SECRET_KEY_FILE.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = env.flag("DEBUG", default=False)
# Whether people reach us by https. On, unless we serve one's own machine (`manage.py up`).
HTTPS = env.flag("HTTPS", default=True)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")
# Our address in e-mails and in links that leave the site.
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")

# --- Apps ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "core",
    "accounts",
    "catalog",
    "annotation",
    "curation",
    "training",
    "workers",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "core.apps.CollectedFilesConfig",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "rest_framework",
    "storages",
]

MIDDLEWARE = [
    "core.logs.RequestIdMiddleware",
    "core.acting.PlaceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.web.policy.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before the CSRF check, which reads bodies.
    "core.web.uploads.SizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.web.problems.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.shell",
            ],
        },
    },
]

# --- Services --------------------------------------------------------------------------------

DATABASES = {"default": services.database(VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BROKER_URL = services.broker_url(VAR_DIR)
CACHES = {"default": services.cache(BROKER_URL)}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

MEDIA_ROOT = env.path("MEDIA_ROOT", VAR_DIR / "media")
# Working copies on this machine's disk: models to load, runs in progress, exports to train on.
MODELS_DIR = env.path("MODELS_DIR", VAR_DIR / "models")
RUNS_DIR = env.path("RUNS_DIR", VAR_DIR / "runs")
EXPORTS_DIR = env.path("EXPORTS_DIR", VAR_DIR / "exports")
# host:port of model servers inside the private network that may be called all the same.
ALLOWED_LOCAL_ENDPOINTS = tuple(env.names("ALLOWED_LOCAL_ENDPOINTS"))
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, Any] = {
    "default": services.file_storage(MEDIA_ROOT),
    "staticfiles": {"BACKEND": "core.storage.StaticStorage"},
}

# --- Queue -----------------------------------------------------------------------------------

SWEEP_SECONDS = 15.0
TIDY_SECONDS = 3600.0
# How long a request to a draft model stays with a worker that is not heard of.
DRAFT_LEASE_S = env.number("DRAFT_LEASE_S", 180)
DRAFT_DEAD_AFTER_S = env.number("DRAFT_DEAD_AFTER_S", 7200)
CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
# Early acknowledgement: ringing again for lost work is the sweep's business, not the broker's.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_QUEUES = [Queue(name) for name in ("default", "drafts", "gpu")]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# On SIGQUIT a worker waits this long for the work in hand before it drops it.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 8.0
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "workers.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"queue": "default", "expires": SWEEP_SECONDS},
    },
    "tidy": {
        "task": "workers.tidy",
        "schedule": TIDY_SECONDS,
        "options": {"queue": "default", "expires": TIDY_SECONDS},
    },
}

# --- People ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backend.PersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 10},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
# Ten wrong passwords for one name from one address lock that pair for a quarter of an hour.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# The name of the field in our form and of the argument Django authenticates by, not of the model.
AXES_USERNAME_FORM_FIELD = "username"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "accounts.views.signing_in.locked_out"

PASSWORD_RESET_TIMEOUT = 3600  # seconds that the link of a mail works
# Without EMAIL_URL (smtp+tls://name:password@host:587) no mail is sent: links are handed over.
vars().update(services.mail())
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "reframe@localhost")
EMAIL_TIMEOUT = 10

# --- Security --------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        # Pictures, those in a bucket too, are served by the site, which asks who may see them.
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}
CSRF_FAILURE_VIEW = "core.web.problems.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Only behind a proxy that sets these headers itself, or anybody could claim to come by https.
if env.flag("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
    AXES_IPWARE_PROXY_COUNT = env.number("PROXY_COUNT", 1)
# Sub-domains and browsers' preload lists are the owner's business, not ours to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if not HTTPS:
    # Plain http was asked for; the reasons to refuse it stand in core.checks.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]

# --- Limits ----------------------------------------------------------------------------------

MAX_UPLOAD_BYTES = env.number("MAX_UPLOAD_MB", 200) * 1024 * 1024
MAX_ARCHIVE_BYTES = env.number("MAX_ARCHIVE_MB", 4096) * 1024 * 1024
MAX_IMAGE_PIXELS = env.number("MAX_IMAGE_MEGAPIXELS", 100) * 1_000_000
# Folders of the server below which photos may be imported from; none unless they are named.
IMPORT_ROOTS = [Path(name) for name in env.names("IMPORT_ROOTS")]
# The same for buckets, as s3://bucket/folder, and the one store they stand in.
IMPORT_BUCKETS = services.import_buckets()
IMPORT_STORE = services.import_store()
# Bodies that are not files: forms and JSON. Files go to disk above the second limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 200

# --- API -------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First, so that whoever is not signed in gets 401 and learns how to send a token.
        "accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "core.web.bodies.StrictJSONParser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "core.web.paging.NewestFirst",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "core.web.schema.RoomSchema",
    "EXCEPTION_HANDLER": "core.web.problems.exception_handler",
    "DEFAULT_VERSIONING_CLASS": None,
    "COERCE_DECIMAL_TO_STRING": False,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Reframe",
    "VERSION": "1",
    "DESCRIPTION": "Photos, drafts, experts' answers, datasets and the models trained on them.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    # Choices stay where they are used: naming them across rooms would need a list to keep by hand.
    "POSTPROCESSING_HOOKS": ["core.web.schema.add_problems"],
}

# --- Time, language, logging -----------------------------------------------------------------

TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
LANGUAGE_CODE = "en-gb"

# What follows these in an address is a secret of a mail, and is kept out of all logs.
SECRET_PATHS = ("/join/", "/reset/")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "core.logs.RequestIdFilter"},
        "secrets": {"()": "core.logs.SecretFilter"},
    },
    "formatters": {
        "plain": {
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["request_id", "secrets"],
        },
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "axes": {"level": "WARNING"},
    },
}
