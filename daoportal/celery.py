"""The Celery application. Tasks live in each app's ``tasks.py``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daoportal.settings.embedded")

from daoportal.alive import Alive
from daoportal.kernel.deadletters import Declare

app = Celery("daoportal", task_cls="daoportal.kernel.tasks:PortalTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(Alive)
app.steps["consumer"].add(Declare)
