"""The portal as a WSGI application, for the servers that want one."""

import django
from django.core.handlers.wsgi import WSGIHandler

django.setup(set_prefix=False)
application = WSGIHandler()
