"""Settings of the tests: real parts on free ports, keys made for this run, nothing kept.

``conftest.py`` starts the Valkey and the Anvil that a test asks for.
"""

import os
import secrets
import tempfile
from pathlib import Path

from daoportal.settings import env, parts
from daoportal.settings.base import *  # noqa: F403
from daoportal.settings.base import INSTALLED_APPS, REST_FRAMEWORK
from daoportal.settings.home import new_ed25519_key, new_rsa_key

PORTAL_MODE = "test"
INSTALLED_APPS = [*INSTALLED_APPS, "devstack"]
# One folder a process: runs beside each other must not meet. conftest.py removes it.
PORTAL_HOME = env.path("PORTAL_HOME", Path(tempfile.gettempdir()) / f"daoportal-test-{os.getpid()}")

PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:8000")
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

SECRET_KEY = secrets.token_urlsafe(48)
HEADLESS_JWT_PRIVATE_KEY = new_rsa_key()
PROMISE_PRIVATE_KEY = new_ed25519_key()

DATABASES = parts.databases(
    env.secret("DATABASE_URL", f"sqlite:///{PORTAL_HOME / 'portal.sqlite3'}"), conn_max_age=0
)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file rather than memory: servers and threads that a test starts open connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(PORTAL_HOME / "test.sqlite3")}

# The session's own Valkey, which conftest.py starts: a socket in a folder known beforehand.
REDIS_URL = env.secret("REDIS_URL", f"unix://{PORTAL_HOME / 'valkey.sock'}")
CACHES = parts.caches(REDIS_URL, prefix="test")
# A worker that a test starts is told of a real broker; in the tests' own process tasks run where they are.
CELERY_BROKER_URL = env.secret("CELERY_BROKER_URL", "memory://")
CELERY_TASK_ALWAYS_EAGER = CELERY_BROKER_URL == "memory://"
CELERY_TASK_EAGER_PROPAGATES = True

RPC_URLS = env.secret_words("RPC_URLS", ("http://127.0.0.1:8545",))
CHAIN_ID = env.integer("CHAIN_ID", 31337)
CHAIN_CONFIRMATIONS = 2
CHAIN_FINALITY_BLOCKS = 32
DEPLOYMENTS_DIR = PORTAL_HOME / "deployments"
CONTENT_ROOT = PORTAL_HOME / "content"
MEDIA_ROOT = PORTAL_HOME / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# Keys 0 and 1 of Anvil's public test phrase.
DEPLOYER_PRIVATE_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
RELAYER_PRIVATE_KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"
# A relayer that also carries out what a test left lying about would surprise the others.
KEEPER_ENABLED = False
PORTAL_DEMO_WALLET = env.flag("PORTAL_DEMO_WALLET", True)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# A test that is about throttling sets a rate of its own; the others must not wait for one another.
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"anon": None, "user": None, "acts": None}}
LOGGING = parts.logging(level="WARNING", json=False)
