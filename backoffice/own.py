"""What the officers' site shows of itself: the first page, the inbox, failed tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from backoffice import failed_tasks, inbox
from backoffice.directory import ADMINISTRATOR
from backoffice.registry import register_group, register_page, register_section

register_group("start", "", order=0)
register_section("start", order=0, label=_("Today"), icon="home", to="index")
register_section("start", order=10, label=_("For two officers"), icon="hourglass_empty", to="inbox")
register_page("inbox", route="inbox/", view=inbox.inbox)

register_group("record", _("Record"), order=50)
register_section("record", order=50, label=_("Failed tasks"), icon="error", to="failed_tasks")
register_page("failed_tasks", route="failed-tasks/", view=failed_tasks.failed_tasks)
register_page(
    "failed_task",
    route="failed-tasks/<str:letter>/<slug:name>/",
    view=failed_tasks.failed_task,
    roles={ADMINISTRATOR},
)
