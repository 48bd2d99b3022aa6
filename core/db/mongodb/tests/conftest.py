"""The engine is tested where it runs: elsewhere there is nothing here."""

from __future__ import annotations

from django.conf import settings

if settings.DATABASES["default"]["ENGINE"] != "core.db.mongodb":
    collect_ignore_glob = ["test_*.py"]
