"""The Celery application. Tasks live in each app's ``tasks.py``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daoportal.settings.embedded")

from core.queue.alive import Alive
from core.queue.alone import OPTION, Alone
from core.queue.deadletters import Declare

app = Celery("daoportal", task_cls="core.queue.tasks:PortalTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.user_options["worker"].add(OPTION)
app.steps["worker"].add(Alive)
app.steps["worker"].add(Alone)
app.steps["consumer"].add(Declare)
