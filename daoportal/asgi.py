"""The ASGI entry point. ``PORTAL_ROLE`` chooses what one process serves: ``web`` (HTTP), ``live`` (sockets), or both."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daoportal.settings.embedded")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
