"""Settings of the tracker, all from the environment; `.env.example` lists every name with a comment.

A value comes from the environment, else from `.env`, else from the default here, which is the safe one. While no
database is named, `var/run.env` counts too: `make run` keeps it, so that commands typed beside it meet its worker.
"""

import os
from pathlib import Path
from typing import Any

import drf_spectacular_sidecar
import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from capev_site import logs

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
if "DATABASE_URL" not in os.environ:
    env.read_env(VAR_DIR / "run.env")

DEMONSTRATION = env.bool("DEMONSTRATION", default=False)
DEBUG = env.bool("DEBUG", default=False)
HTTPS = env.bool("HTTPS", default=not (DEMONSTRATION or DEBUG))
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
HIDE_CONFLICT_SITE_NAMES = env.bool("HIDE_CONFLICT_SITE_NAMES", default=True)

_KEPT_KEY = VAR_DIR / "secret-key"
SECRET_KEY = env.str("SECRET_KEY", default="") or (_KEPT_KEY.read_text().strip() if _KEPT_KEY.exists() else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. `make run` makes and keeps one; elsewhere copy .env.example to .env and fill it in."
    )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "simple_history",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "indicators",
    "research",
]
MIDDLEWARE = [
    "capev_site.requests.RequestLines",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages shrink four times; Django masks the CSRF token and pads the body, so compression does not betray it.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "capev_site.language.LanguageMiddleware",
    # Deny by default: a view is public only where it says `@login_not_required`.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "indicators.accounts.sign_in.sessions.SessionRules",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "capev_site.urls"
WSGI_APPLICATION = "capev_site.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "indicators.pages.context.site",
            ]
        },
    }
]

# Accounts and sessions
AUTH_USER_MODEL = "indicators.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
# Twelve hours from the sign-in, whatever was done meanwhile; those who read notes also end when idle (SessionRules).
SESSION_COOKIE_AGE = 12 * 3600
# Whoever reads notes, edits the study or gives roles. Demonstration accounts are printed on a screen anyway.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not (DEMONSTRATION or DEBUG))
OTP_TOTP_ISSUER = "CAPEV"
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
PASSWORD_RESET_TIMEOUT = 3600
if HTTPS:
    # Browsers take a cookie of such a name from this host alone, over https, and from no neighbour below the same name.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

# Letters: invitations and new passwords, nothing of the study. Without EMAIL_URL they are printed with the messages.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMAIL_FROM", default="CAPEV <no-reply@localhost>")
EMAIL_TIMEOUT = 10

# Transport and content security. TLS ends at the proxy; gunicorn takes over its X-Forwarded-Proto from 127.0.0.1 only.
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^sante$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
X_FRAME_OPTIONS = "DENY"
_EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"  # Plotly adds one empty <style>
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, _EMPTY_STYLE],
        # For the PNG of a drawing: static/js/picture.js hands it to the canvas as data:, Plotly as blob:. Neither loads
        # anything, and no script runs in an image.
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "frame-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}

# The programming interface. Deny by default here as well; an error is JSON, in the language of the account.
# Limits are counted by each server process. Behind a proxy the last address of X-Forwarded-For counts, which the proxy
# itself wrote: what a client puts there does not dodge them.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "indicators.api.authentication.TokenAuthentication",
        "indicators.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "indicators.api.authentication.TokenMayWrite",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "indicators.api.description.Described",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.ScopedRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min", "exports": "30/min"},
    "NUM_PROXIES": env.int("TRUSTED_PROXIES", default=1 if HTTPS else 0),
    "EXCEPTION_HANDLER": "indicators.api.errors.handle",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "CAPEV – programming interface",
    "DESCRIPTION": "Reported values, indicators and what they mean, for programs. Every address needs an access token "
    "or a session, and shows what the account may see on the pages. 0 is zero; null is missing. "
    "Limits: 600 requests and 30 files a minute.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["indicators.api.description.only_our_own"],
    "ENUM_NAME_OVERRIDES": {
        "ObservationKindEnum": "research.observations.models.Observation.Kind",
        "ObservationStateEnum": "research.observations.models.Observation.State",
    },
}

# Data. A facility is told "saved" and may destroy its paper, hence synchronous=FULL; IMMEDIATE because a transaction
# that reads first and writes later fails at once under Django's default when two people save together.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_database = env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'capev.sqlite3'}")
DATABASES: dict[str, dict[str, Any]] = {"default": _database}
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    # A file, not memory: the tests' Celery worker is another process and has to see the same rows.
    _database["TEST"] = {"NAME": f"{_database['NAME']}.test"}
elif _database["ENGINE"] == "django.db.backends.postgresql":
    # Seconds; the default equals the tasks' soft limit, `make run` gives the web process a shorter one.
    _patience = env.int("STATEMENT_TIMEOUT", default=270)
    _database.update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)
    _database["OPTIONS"] = {
        "connect_timeout": 5,
        "options": f"-c statement_timeout={_patience}s -c lock_timeout=20s -c idle_in_transaction_session_timeout=300s",
        **_database.get("OPTIONS", {}),
    }

# Language, numbers, time
LANGUAGE_CODE = "fr"
FORMAT_MODULE_PATH = "capev_site.formats"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Africa/Bamako"
USE_TZ = True

# Files
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
# Of the sidecar's two ways to draw the description of the programming interface we use one.
_SWAGGER = "drf_spectacular_sidecar/swagger-ui-dist"
STATICFILES_DIRS = [BASE_DIR / "static", (_SWAGGER, Path(drf_spectacular_sidecar.__path__[0]) / "static" / _SWAGGER)]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
# Public keys for whom backups are encrypted; the secret halves are not on this machine (manage.py backup_key).
BACKUP_KEYS = env.list("BACKUP_KEYS", default=[])
BACKUP_FOLDER = Path(env.str("BACKUP_FOLDER", default=str(VAR_DIR / "backups")))
# What readers make of files while these are imported: as large as the files, gone with the import. Not in memory.
IMPORT_SPOOL = Path(env.str("IMPORT_SPOOL", default=str(VAR_DIR / "spool")))
# Each file once, under the name that holds its fingerprint; maps are for who debugs, and are not packed.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
_MANIFEST = env.bool("STATIC_MANIFEST", default=not DEBUG)
STORAGES = {
    "default": {"BACKEND": "capev_site.storage.WholeFiles"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Source maps are for people who take a package apart: served, and not worth minutes of compression at each start.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]

# How many days what is no longer needed is kept (manage.py retention). Files that came in stay at least until a year
# after the evaluation's last day, where that is given.
RETENTION_IMPORT_FILES = env.int("RETENTION_IMPORT_FILES", default=731)
RETENTION_READS = env.int("RETENTION_READS", default=744)
RETENTION_INVITATIONS = env.int("RETENTION_INVITATIONS", default=90)
EVALUATION_ENDS = env.str("EVALUATION_ENDS", default="")

# Background work. The truth of a job is a row in the database; Redis is the doorbell, and may fail without losing one.
_OLDEST_UNACKED = 330  # seconds, just above the hard limit: a task still running is never handed out twice
CELERY_BROKER_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": _OLDEST_UNACKED,
    "unacked_restore_throttle": 1,
    "unacked_restore_interval": 5,
    "socket_timeout": 30,
    "socket_connect_timeout": 2,
    # A publish with Redis down gives up after one more try instead of six seconds: somebody is waiting for the page.
    "max_retries": 1,
    "interval_start": 0,
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": _OLDEST_UNACKED}
CELERY_VISIBILITY_TIMEOUT = _OLDEST_UNACKED
CELERY_TASK_DEFAULT_QUEUE = "capev"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Sweeps up what a lost doorbell left behind; runs that nobody fetched in time expire instead of piling up.
    "refresh-changed": {
        "task": "indicators.rollup.tasks.refresh_changed",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    # Goes on with imports that a worker left or no bell announced, and takes in records whose unit has become known.
    "sweep-imports": {
        "task": "indicators.exchange.intake.tasks.sweep_imports",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    # Starts the pulls from DHIS2 servers whose time has come, and goes on with those that stopped on their way.
    "sweep-pulls": {
        "task": "indicators.exchange.dhis2.tasks.sweep_pulls",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "seal-journal": {
        "task": "indicators.audit.tasks.seal_journal",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "check-journal": {
        "task": "indicators.audit.tasks.check_journal",
        "schedule": crontab(hour="3", minute="30"),
        "options": {"expires": 6 * 3600},
    },
    "forget-old-attempts": {
        "task": "indicators.accounts.tasks.forget_old_attempts",
        "schedule": crontab(hour="0", minute="45"),
        "options": {"expires": 6 * 3600},
    },
    # Before the nightly refresh, so that a stock-out that goes on has its day of yesterday in the morning's numbers.
    "count-ongoing-stock-outs": {
        "task": "research.medexis.tasks.count_ongoing_stock_outs",
        "schedule": crontab(hour="0", minute="15"),
        "options": {"expires": 6 * 3600},
    },
    # Goes on with measures of stock that a change of a norm asked for, where a bell was lost or much is left.
    "publish-asked-stock": {
        "task": "research.medexis.tasks.publish_asked",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    # Before it too: a month of the coaching plan begins, an action becomes overdue, and nobody enters anything.
    "publish-coaching-measures": {
        "task": "research.coach2pev.tasks.publish_coaching_measures",
        "schedule": crontab(hour="0", minute="30"),
        "options": {"expires": 6 * 3600},
    },
    # Findings say by themselves that a number under them has moved or that newer data are there.
    "examine-evidence": {
        "task": "research.evidence.tasks.examine_evidence",
        "schedule": 600.0,
        "options": {"expires": 590},
    },
    # Computes analyses that no bell announced, or that a dead worker left.
    "sweep-analyses": {
        "task": "research.linkage.plans.tasks.sweep_analyses",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    # Makes files of frozen editions that no bell announced, or that a dead worker left.
    "sweep-edition-files": {
        "task": "research.editions.files.tasks.sweep_edition_files",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    # After the nightly refresh: analyses whose numbers have changed are run again.
    "sweep-screenings": {
        "task": "research.linkage.screening.tasks.sweep_screenings",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "rerun-changed-analyses": {
        "task": "research.linkage.plans.tasks.rerun_changed_analyses",
        "schedule": crontab(hour="4", minute="0"),
        "options": {"expires": 6 * 3600},
    },
    # What came in bulk is found in the morning.
    "rebuild-search": {
        "task": "research.search.tasks.rebuild_search",
        "schedule": crontab(hour="1", minute="30"),
        "options": {"expires": 6 * 3600},
    },
    "refresh-everything": {
        "task": "indicators.rollup.tasks.refresh_everything",
        "schedule": crontab(hour="2", minute="0"),
        "options": {"expires": 6 * 3600},
    },
}

# How far a running refresh is, seen while its transaction is open; nothing rests on it. It lies in the broker's Redis.
_redis = CELERY_BROKER_URL.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "progress": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _redis,
        "TIMEOUT": 900,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1},
    }
    if _redis.startswith(("redis://", "rediss://", "unix://"))
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR_DIR / "progress"),
        "TIMEOUT": 900,
    },
}

# One form of line for site and workers, and what no line says: capev_site/logs.py.
LOG_FORMAT = env.str("LOG_FORMAT", default="json" if HTTPS else "plain")
if LOG_FORMAT not in ("json", "plain"):
    raise ImproperlyConfigured("LOG_FORMAT is json or plain.")
LOGGING = logs.configuration(LOG_FORMAT, LOG_LEVEL)
# What a monitoring program shows to read /metriques; blank: there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
