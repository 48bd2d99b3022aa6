"""The ASGI entry point.

``PORTAL_ROLE`` says what this process serves: ``web`` (HTTP), ``live`` (sockets), or ``all`` (both, for
one-process servers and tests). Apart, HTTP stays fast while ten thousand sockets are written.
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daoportal.settings.embedded")

import django

django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings

from core.health.probes import Probes
from core.http.serving import PooledHandler, sockets_only


def _application(role: str) -> ProtocolTypeRouter:
    served: dict[str, Any] = {}
    if role in ("web", "all"):
        served["http"] = Probes(PooledHandler(settings.WEB_THREADS))
    else:
        served["http"] = Probes(sockets_only)
    if role in ("live", "all"):
        from core.live.routing import websocket_urlpatterns

        served["websocket"] = URLRouter(websocket_urlpatterns)
    return ProtocolTypeRouter(served)


application = _application(settings.PORTAL_ROLE)
