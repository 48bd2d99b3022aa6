"""The clock of the stack: a Celery application that only sends.

It knows the schedule and the broker and loads no Django app: it is up in half a second and takes little
memory. The tasks themselves run in the worker, whose application is ``daoportal.celery``.
"""

from celery import Celery

app = Celery("daoportal", fixups=[])
app.config_from_object("daoportal.settings.embedded", namespace="CELERY")
