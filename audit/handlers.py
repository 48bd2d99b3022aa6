"""Django's own signals of signing in and out, for officers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from audit import actions
from audit.services import actor_of, record


@receiver(user_logged_in, dispatch_uid="audit.signed_in")
def on_user_logged_in(sender: Any, user: Any, **kwargs: Any) -> None:
    """An officer signed in. No address of a network and no browser's name: the log is public."""
    if user.is_staff:
        record(action=actions.SIGNED_IN, actor=actor_of(user))


@receiver(user_logged_out, dispatch_uid="audit.signed_out")
def on_user_logged_out(sender: Any, user: Any, **kwargs: Any) -> None:
    """An officer signed out; ``user`` is None for a session that was already over."""
    if user is not None and user.is_staff:
        record(action=actions.SIGNED_OUT, actor=actor_of(user))
