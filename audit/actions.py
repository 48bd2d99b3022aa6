"""The actions that the log itself knows: sessions and commands, and those of the officers' site below it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from audit.registry import register_action
from backoffice.recording import ACTIONS

SIGNED_IN: Final = register_action("officer.signed-in", _("Signed in"))
SIGNED_OUT: Final = register_action("officer.signed-out", _("Signed out"))
COMMAND_STARTED: Final = register_action("command.started", _("Started a command"))
COMMAND_FINISHED: Final = register_action("command.finished", _("Finished a command"))
COMMAND_FAILED: Final = register_action("command.failed", _("A command failed"))

for _code, _label in ACTIONS.items():
    register_action(_code, _label)
