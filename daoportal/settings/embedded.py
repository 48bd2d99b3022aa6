"""The stack on one machine, started by one command: SQLite, Valkey and Anvil under ``PORTAL_HOME``.

The supervisor gives its children every address by environment. A command typed by hand (``manage.py
verify_chain``) finds the running stack's addresses in ``PORTAL_HOME/stack.json``, those of servers that it
was given in ``PORTAL_HOME/secrets/services.json``. Secrets are made on the
first start and kept in ``PORTAL_HOME/secrets`` with mode 0600.
"""

from daoportal.settings import env, parts
from daoportal.settings.base import *  # noqa: F403
from daoportal.settings.base import BASE_DIR, DATABASE_CONN_MAX_AGE, INSTALLED_APPS, LOG_LEVEL, REST_FRAMEWORK
from daoportal.settings.home import Home

PORTAL_MODE = "embedded"
# Its commands alone: they raise the demo town and tell whose database this is.
INSTALLED_APPS = [*INSTALLED_APPS, "devstack"]
PORTAL_HOME = env.path("PORTAL_HOME", BASE_DIR / ".portal")
_home = Home(PORTAL_HOME)
_stack = _home.stack()
_services = _home.services()

PORT = env.integer("PORT", 8000)
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{PORT}")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]"))
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", (PUBLIC_URL,))

SECRET_KEY = _home.random_secret("django")
HEADLESS_JWT_PRIVATE_KEY = _home.rsa_key("jwt")
# Signs the promise given for each relayed act. It carries no right on chain.
PROMISE_PRIVATE_KEY = _home.ed25519_key("promise")

DATABASES = parts.databases(
    env.secret("DATABASE_URL", _services.get("database") or f"sqlite:///{PORTAL_HOME / 'portal.sqlite3'}"),
    conn_max_age=DATABASE_CONN_MAX_AGE,
)
REDIS_URL = env.secret(
    "REDIS_URL", _services.get("redis") or str(_stack.get("valkey", "redis://127.0.0.1:6379/0"))
)
CACHES = parts.caches(REDIS_URL)
CELERY_BROKER_URL = env.secret("CELERY_BROKER_URL", _services.get("broker") or REDIS_URL)

RPC_URLS = env.secret_words("RPC_URLS", (str(_stack.get("rpc", "http://127.0.0.1:8545")),))
CHAIN_ID = env.integer("CHAIN_ID", 31337)
# One node, one block at a time: a block is as good as final after a few.
CHAIN_CONFIRMATIONS = env.integer("CHAIN_CONFIRMATIONS", 2)
CHAIN_FINALITY_BLOCKS = env.integer("CHAIN_FINALITY_BLOCKS", 32)
DEPLOYMENTS_DIR = PORTAL_HOME / "deployments"
CONTENT_ROOT = env.path("CONTENT_ROOT", PORTAL_HOME / "content")
MEDIA_ROOT = PORTAL_HOME / "media"
STATIC_ROOT = env.path("STATIC_ROOT", PORTAL_HOME / "static")

# Keys 0 and 1 of Anvil's public test phrase: the deployer, who keeps no right, and the relayer, who only pays
# gas.
DEPLOYER_PRIVATE_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
RELAYER_PRIVATE_KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"
# Behind the front door everyone has the address 127.0.0.1 and so one bucket: limits meant for one reader
# would be shared by all of them.
REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_THROTTLE_RATES": {"anon": "20000/min", "user": "20000/min", "acts": "2000/min"},
}
# The town's own examples stay as they are, adopted ones too.
KEEPER_SINCE = _home.raised_at()
PORTAL_DEMO_WALLET = env.flag("PORTAL_DEMO_WALLET", True)

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = PORTAL_HOME / "mail"
SECURE_SSL_REDIRECT = False
LOGGING = parts.logging(level=LOG_LEVEL, json=False)
