"""System checks about people (``manage.py check --deploy --database default``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db.models import Exists, OuterRef

from identity.accounts.models import User


@register(Tags.database, deploy=True)
def officers_have_a_second_factor(
    *, app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn of accounts that may enter the administration site with a password alone."""
    if not databases:
        return []
    second = Authenticator.objects.filter(user=OuterRef("pk"))
    without = User.objects.filter(~Exists(second), is_staff=True, is_active=True).count()
    if not without:
        return []
    return [
        Warning(
            f"{without} accounts enter the administration site without a second factor.",
            hint="Have them add one under /accounts/2fa/.",
            id="portal.W010",
        )
    ]
