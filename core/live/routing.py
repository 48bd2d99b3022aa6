"""The sockets' addresses, for ``channels.routing.URLRouter``."""

from django.urls import path, re_path

from core.live.consumers import EventsConsumer, NoSuchSocket

websocket_urlpatterns = [
    path("ws/events", EventsConsumer.as_asgi()),
    re_path(r"", NoSuchSocket.as_asgi()),
]
