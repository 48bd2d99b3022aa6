"""Settings of a public portal. Every address and secret comes from the environment or from files it points
at."""

from pathlib import Path

from daoportal.settings import env, parts
from daoportal.settings.base import *  # noqa: F403
from daoportal.settings.base import BASE_DIR, CONTENT_SECURITY_POLICY, DATABASE_CONN_MAX_AGE, LOG_LEVEL

PORTAL_MODE = "production"
PORTAL_HOME = env.path("PORTAL_HOME", Path("/var/lib/daoportal"))
# Read only so that the system check can refuse it.
PORTAL_DEMO_WALLET = env.flag("PORTAL_DEMO_WALLET", False)

PUBLIC_URL = env.text("PUBLIC_URL")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", (PUBLIC_URL,))

SECRET_KEY = env.secret("SECRET_KEY")
HEADLESS_JWT_PRIVATE_KEY = env.secret("JWT_PRIVATE_KEY")
PROMISE_PRIVATE_KEY = env.secret("PROMISE_PRIVATE_KEY")
RELAYER_PRIVATE_KEY = env.secret("RELAYER_PRIVATE_KEY", "")
DEPLOYER_PRIVATE_KEY = env.secret("DEPLOYER_PRIVATE_KEY", "")

DATABASES = parts.databases(env.secret("DATABASE_URL"), conn_max_age=DATABASE_CONN_MAX_AGE)
REDIS_URL = env.secret("REDIS_URL")
CACHES = parts.caches(REDIS_URL)
CELERY_BROKER_URL = env.secret("CELERY_BROKER_URL", REDIS_URL)

RPC_URLS = env.secret_words("RPC_URLS")
CHAIN_ID = env.integer("CHAIN_ID", 1)
DEPLOYMENTS_DIR = env.path("DEPLOYMENTS_DIR", BASE_DIR / "contracts" / "deployments")
CONTENT_ROOT = env.path("CONTENT_ROOT", PORTAL_HOME / "content")
MEDIA_ROOT = env.path("MEDIA_ROOT", PORTAL_HOME / "media")

EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", False)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "portal@localhost")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
CONTENT_SECURITY_POLICY = {**CONTENT_SECURITY_POLICY, "upgrade-insecure-requests": ()}
LOGGING = parts.logging(level=LOG_LEVEL, json=True)
