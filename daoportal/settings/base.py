"""What every way of running the portal shares. Nothing secret has a default here."""

from pathlib import Path
from typing import Any

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from core.queue.queues import task_queue
from daoportal.settings import env

BASE_DIR = Path(__file__).resolve().parents[2]

DEBUG = False
PORTAL_MODE = "production"
PORTAL_DEMO_WALLET = False
# What the pages call the site, the public body behind it, and the place in a sentence.
PORTAL_NAME = env.text("PORTAL_NAME", "Riverbend Decides")
PORTAL_BODY = env.text("PORTAL_BODY", "City of Riverbend")
PORTAL_PLACE = env.text("PORTAL_PLACE", "Riverbend")

INSTALLED_APPS = [
    "backoffice.apps.OfficersAdminConfig",  # django.contrib.admin with the officers' own site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "channels",
    "corsheaders",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "allauth.socialaccount",
    "guardian",
    "core",
    "backoffice.apps.BackofficeConfig",
    "audit",
    "core.db.fence.apps.FenceConfig",
    "core.events.apps.EventsConfig",
    "contracts",
    "identity",
    "governance",
    "website",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.http.middleware.ContentSecurityPolicyMiddleware",
    "core.http.middleware.OutageMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# What one process serves: "web" (HTTP), "live" (sockets) or "all".
PORTAL_ROLE = env.text("PORTAL_ROLE", "all")
WEB_THREADS = env.integer("WEB_THREADS", 8)

ROOT_URLCONF = "daoportal.urls"
CSRF_FAILURE_VIEW = "website.views.errors.csrf_failure"
ASGI_APPLICATION = "daoportal.asgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "django.template.context_processors.i18n",
                "core.http.context.portal",
            ],
        },
    },
]

# People and their sessions

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
# Nobody is "the anonymous user": object permissions are for people with an account.
ANONYMOUS_USER_NAME = None

ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "DAO Portal"

HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("app", "browser")
HEADLESS_SERVE_SPECIFICATION = False
HEADLESS_FRONTEND_URLS: dict[str, str] = {}
HEADLESS_TOKEN_STRATEGY = "allauth.headless.tokens.strategies.jwt.JWTTokenStrategy"
HEADLESS_JWT_ALGORITHM = "RS256"
HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = env.integer("JWT_ACCESS_SECONDS", 300)
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = env.integer("JWT_REFRESH_SECONDS", 86_400)
# A token of a session that was ended must stop working at once, not at its expiry.
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True

# In the cache and in the database, which has the last word.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_CACHE_ALIAS = "sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# htmx and the wallet code read the token from the page, never from the cookie.
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# The browser may load from this site alone; no inline script or style anywhere, the admin included.
CONTENT_SECURITY_POLICY: dict[str, tuple[str, ...]] = {
    "default-src": ("'self'",),
    "connect-src": ("'self'",),
    "img-src": ("'self'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "font-src": ("'self'",),
    "frame-ancestors": ("'none'",),
    "form-action": ("'self'",),
    "object-src": ("'none'",),
    "base-uri": ("'none'",),
}

# Languages, times

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# The interfaces for programs

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "allauth.headless.contrib.rest_framework.authentication.JWTTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["core.http.rendering.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.http.parsing.JSONObjectParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "core.http.pagination.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "core.http.autoschema.PortalSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "core.http.throttles.ActThrottle",
        "core.http.throttles.AnonymousThrottle",
        "core.http.throttles.UserThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.text("THROTTLE_ANON", "600/min"),
        "user": env.text("THROTTLE_USER", "1200/min"),
        "acts": env.text("THROTTLE_ACTS", "60/min"),
    },
    "NUM_PROXIES": env.integer("NUM_PROXIES", 0),
    "EXCEPTION_HANDLER": "core.http.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "DAO Portal",
    "DESCRIPTION": "Read what is being decided, follow it live, and relay acts that people have signed.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api",
    "PATH_CONVERTER_OVERRIDES": {
        "uint256": {"type": "string", "pattern": "^(0|[1-9][0-9]{0,77})$"},
        "address": {"type": "string", "pattern": "^0x[0-9a-fA-F]{40}$"},
    },
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None, "tryItOutEnabled": True},
    "ENUM_NAME_OVERRIDES": {
        "ProposalState": "governance.proposals.models.ProposalState",
        "ProposalType": "governance.proposals.models.ProposalType",
        "Support": "governance.ballots.models.Support",
        "ActStatus": "contracts.models.ActStatus",
        "Role": "identity.roles.models.Role",
        "RoleChangeKind": "identity.roles.models.RoleChangeKind",
        "Confirmation": ("seen", "confirmed", "final"),
        "StepStatus": ("done", "current", "next", "stopped"),
        "PartStatus": ("ok", "degraded", "failing"),
    },
}
CORS_ALLOWED_ORIGINS = env.words("CORS_ALLOWED_ORIGINS")
CORS_URLS_REGEX = r"^/api/.*$"

# Database: see production.py and embedded.py for where it lies.

DATABASE_CONN_MAX_AGE = env.integer("DATABASE_CONN_MAX_AGE", 600)

# Tasks

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker that is away for a day finds its workers waiting
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_TASK_QUEUES = [task_queue("default")]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum"
# Quorum queues know no prefetch for a whole channel; Celery then asks for it consumer by consumer.
CELERY_WORKER_DETECT_QUORUM_QUEUES = True
# A publish that the broker did not confirm has failed. Redis passes this over.
CELERY_BROKER_TRANSPORT_OPTIONS = {"confirm_publish": True}

# How often each queue is sent a task that only shows that somebody works it off, and loops say the same.
PULSE_SECONDS = 10

# What is sent every few seconds is worthless when late: it expires rather than piling up behind a stopped
# worker. What must follow a new block or act within a second is no task: see core.queue.loops.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # What was made in the last day soon, everything once a night.
    "repin-new": {"task": "governance.tasks.repin_new", "schedule": 600.0, "options": {"expires": 500.0}},
    "repin-all": {
        "task": "governance.tasks.repin_all",
        "schedule": crontab(hour="3", minute="17"),
        "options": {"expires": 80_000.0},
    },
    "recount": {"task": "contracts.tasks.recount", "schedule": 300.0, "options": {"expires": 250.0}},
    **{
        f"pulse-{queue.name}": {
            "task": "core.tasks.leave_pulse",
            "schedule": float(PULSE_SECONDS),
            "args": (queue.name,),
            "options": {"queue": queue.name, "expires": 2.0 * PULSE_SECONDS},
        }
        for queue in CELERY_TASK_QUEUES
    },
}

# The chain

RPC_TIMEOUT_SECONDS = env.integer("RPC_TIMEOUT_SECONDS", 10)
CHAIN_CONFIRMATIONS = env.integer("CHAIN_CONFIRMATIONS", 12)
CHAIN_FINALITY_BLOCKS = env.integer("CHAIN_FINALITY_BLOCKS", 64)
CHAIN_SCAN_BLOCKS = env.integer("CHAIN_SCAN_BLOCKS", 2_000)
# The newest block may be this old, in seconds, before /api/health says that the mirror stands still.
CHAIN_STALE_SECONDS = env.integer("CHAIN_STALE_SECONDS", 120)
RELAYER_ENABLED = env.flag("RELAYER_ENABLED", True)
# Whether the relayer also carries out what was decided and records roles that ran out; what fell due before
# KEEPER_SINCE (Unix seconds) it leaves to people.
KEEPER_ENABLED = env.flag("KEEPER_ENABLED", True)
KEEPER_SINCE = 0
CONTRACT_ARTIFACTS_DIR = BASE_DIR / "contracts" / "artifacts"

# Answers to "where is my act": how long a relayed act may stay unmined before its page offers to send it
# oneself.
ACT_SELF_SEND_SECONDS = 60

# Where content is kept beside CONTENT_ROOT; each is optional, and none is waited for.

IPFS_API_URL = env.text("IPFS_API_URL", "")
IPFS_GATEWAY_URLS = env.words("IPFS_GATEWAY_URLS")
PINNING_SERVICE_URL = env.text("PINNING_SERVICE_URL", "")
PINNING_SERVICE_TOKEN = env.secret("PINNING_SERVICE_TOKEN", "")
# Workers and the clock, which nobody can ask, make this file new every few seconds.
ALIVE_FILE = env.text("ALIVE_FILE", "")

LOG_LEVEL = env.text("LOG_LEVEL", "INFO")
