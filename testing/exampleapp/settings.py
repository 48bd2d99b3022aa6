"""The tests' settings, with the example app on top."""

from daoportal.settings.test import *  # noqa: F403
from daoportal.settings.test import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "testing.exampleapp"]
ROOT_URLCONF = "testing.exampleapp.urls"
# The run that starts this one has a test database of the usual name open.
if DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": "test_portal_exampleapp"}
