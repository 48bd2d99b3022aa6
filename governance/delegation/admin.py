"""Delegations, as they changed on chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.admins import Panel
from backoffice.filters import WhenFilter
from backoffice.search import Search
from governance.delegation.models import DelegationChange
from governance.delegation.selectors.delegations import kind_of
from identity.accounts.selectors import addresses_named, name_for
from identity.rows import NamedRows, person, where


@admin.register(DelegationChange)
class DelegationChangeAdmin(NamedRows):
    """Votes given to delegates and taken back."""

    list_title = _("Delegations")
    lead = _(
        "Votes that people gave to a delegate, passed on or took back. "
        "A person’s newest line for the same proposals is what holds."
    )
    empty_text = _("Nobody has given a vote to a delegate yet.")
    people = ("delegator", "from_delegate", "to_delegate")
    list_display = ("cell_delegator", "what", "cell_scope", "cell_from", "cell_to", "cell_time")
    list_filter = (WhenFilter,)
    search = Search(addresses=("delegator", "to_delegate", "from_delegate"), named=addresses_named)
    search_help_text = _("name or address")
    ordering = ("-event_id",)
    sortable_by = ()
    export_fields = ("event_id", "timestamp", "delegator", "scope", "from_delegate", "to_delegate")

    @admin.display(description=_("Person"))
    def cell_delegator(self, row: Any) -> SafeString:
        """Whose vote it is."""
        return person(row.delegator, row.names)

    @admin.display(description=_("What happened"))
    def what(self, row: DelegationChange) -> SafeString:
        """Given, passed on or taken back."""
        if row.to_delegate is None:
            return html.tag("ended", _("Taken back"))
        return html.tag("queued", _("Passed on")) if row.from_delegate else html.tag("passed", _("Given"))

    @admin.display(description=_("For"))
    def cell_scope(self, row: DelegationChange) -> str:
        """Which proposals it is about."""
        kind = kind_of(row.scope)
        return _t("Everything") if kind is None else str(kind.label)

    @admin.display(description=_("From"))
    def cell_from(self, row: Any) -> SafeString:
        """The delegate before."""
        return person(row.from_delegate, row.names) if row.from_delegate else html.NOTHING

    @admin.display(description=_("To"))
    def cell_to(self, row: Any) -> SafeString:
        """The delegate from then on."""
        return person(row.to_delegate, row.names) if row.to_delegate else html.NOTHING

    @admin.display(description=_("When"))
    def cell_time(self, row: DelegationChange) -> SafeString:
        """When."""
        return html.moment(row.timestamp, year=True)

    def heading(self, row: DelegationChange) -> Any:
        """Whose vote it is."""
        return name_for(row.delegator)

    def panels(self, request: HttpRequest, row: DelegationChange) -> Sequence[Panel]:
        """The change."""
        names = self.names_of(row)
        return [
            Panel(
                _("What happened"),
                [
                    (_("Person"), person(row.delegator, names)),
                    (_("Change"), self.what(row)),
                    (_("From"), person(row.from_delegate, names) if row.from_delegate else html.NOTHING),
                    (_("To"), person(row.to_delegate, names) if row.to_delegate else _t("the person’s own")),
                    (_("For"), self.cell_scope(row)),
                    (_("When"), html.moment(row.timestamp, year=True)),
                ],
                icon="people",
            ),
            where(row),
        ]
