"""Persons behind accounts, the roll of citizens and their moves, as the chain has them. Nobody edits any."""

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
from identity.accounts.selectors import addresses_named, name_for
from identity.census.models import CensusChange, CitizenMove, PersonKey
from identity.roles.selectors.roles import current_roles
from identity.rows import NamedRows, person, where


@admin.register(PersonKey)
class PersonKeyAdmin(NamedRows):
    """Which person stands behind an account."""

    list_title = _("Persons")
    lead = _(
        "The keyed fingerprint of the person behind each account: one person is one citizen, "
        "and two accounts of one person sign as one."
    )
    list_display = ("who", "fingerprint", "what", "by_whom", "time")
    list_filter = (WhenFilter,)
    list_select_related = ("event",)
    people = ("account", "by")
    search = Search(addresses=("account",), hashes=("person_key", "old_key"), named=addresses_named)
    search_help_text = _("name, address or fingerprint")
    ordering = ("-event_id",)
    sortable_by = ()
    export_fields = ("event_id", "timestamp", "account", "old_key", "person_key", "by")

    @admin.display(description=_("Account"))
    def who(self, row: Any) -> SafeString:
        """The address."""
        return person(row.account, row.names)

    @admin.display(description=_("Fingerprint of the person"))
    def fingerprint(self, row: PersonKey) -> SafeString:
        """The keyed hash."""
        return html.hexa(row.person_key, 10, 8)

    @admin.display(description=_("What happened"))
    def what(self, row: PersonKey) -> SafeString:
        """Identified for the first time, or corrected."""
        return html.tag("draft", _("Corrected")) if row.old_key else html.tag("passed", _("Identified"))

    @admin.display(description=_("By"))
    def by_whom(self, row: Any) -> SafeString:
        """The second administrator, or the timelock."""
        return person(row.by, row.names)

    @admin.display(description=_("When"))
    def time(self, row: PersonKey) -> SafeString:
        """When."""
        return html.moment(row.timestamp, year=True)

    def heading(self, row: PersonKey) -> Any:
        """Whose account it is."""
        return name_for(row.account)

    def panels(self, request: HttpRequest, row: PersonKey) -> Sequence[Panel]:
        """The person and what the account holds."""
        names = self.names_of(row)
        held = current_roles(row.account)
        return [
            Panel(
                _("The person"),
                [
                    (_("Account"), person(row.account, names)),
                    (_("Fingerprint of the person"), html.hexa(row.person_key, 12, 10)),
                    (_("Before"), html.hexa(row.old_key, 12, 10)),
                    (_("By"), person(row.by, names)),
                    (_("When"), html.moment(row.timestamp, year=True)),
                    (_("Roles now"), ", ".join(each.label for each in held) or _t("None.")),
                ],
            ),
            where(row),
        ]


@admin.register(CensusChange)
class CensusChangeAdmin(NamedRows):
    """Who joined and left the roll of citizens."""

    list_title = _("Roll of citizens")
    lead = _("Who joined, changed or left. The roll holds addresses alone: no name, no district.")
    list_display = ("account_cell", "what", "ends", "count_after", "time")
    list_filter = (WhenFilter,)
    list_select_related = ("event",)
    search = Search(addresses=("account",), named=addresses_named)
    search_help_text = _("address or chosen name")
    ordering = ("-event_id",)
    sortable_by = ()
    export_fields = ("event_id", "timestamp", "account", "since", "until", "old_supply", "new_supply")

    @admin.display(description=_("Citizen"))
    def account_cell(self, row: Any) -> SafeString:
        """The address."""
        return person(row.account, row.names)

    @admin.display(description=_("What happened"))
    def what(self, row: CensusChange) -> SafeString:
        """Joined, changed or left."""
        if row.since is None:
            return html.tag("ended", _("Left"))
        if row.new_supply > row.old_supply:
            return html.tag("passed", _("Joined"))
        return html.tag("draft", _("Changed"))

    @admin.display(description=_("Valid until"))
    def ends(self, row: CensusChange) -> SafeString:
        """When the place on the roll ends by itself."""
        return html.moment(row.until, year=True)

    @admin.display(description=_("Citizens after"))
    def count_after(self, row: CensusChange) -> SafeString:
        """How many citizens there were from then on."""
        return html.num(row.new_supply)

    @admin.display(description=_("When"))
    def time(self, row: CensusChange) -> SafeString:
        """When."""
        return html.moment(row.timestamp, year=True)

    def heading(self, row: CensusChange) -> Any:
        """Whose place on the roll it is."""
        return name_for(row.account)

    def panels(self, request: HttpRequest, row: CensusChange) -> Sequence[Panel]:
        """The change."""
        return [
            Panel(
                _("What happened"),
                [
                    (_("Citizen"), person(row.account, self.names_of(row))),
                    (_("Change"), self.what(row)),
                    (_("When"), html.moment(row.timestamp, year=True)),
                    (_("On the roll since"), html.moment(row.since, year=True)),
                    (_("Valid until"), html.moment(row.until, year=True)),
                    (_("Citizens before"), html.num(row.old_supply)),
                    (_("Citizens after"), html.num(row.new_supply)),
                ],
            ),
            where(row),
        ]


@admin.register(CitizenMove)
class CitizenMoveAdmin(NamedRows):
    """Citizens who went on under a new account."""

    list_title = _("Moves of citizens")
    lead = _(
        "A citizen’s unit that went to a new account of the same person, with credits spent and endorsements "
        "made. The old account can’t be a citizen again."
    )
    empty_text = _("Nobody has moved yet.")
    people = ("old_account", "new_account", "by")
    list_display = ("old", "new", "by_whom", "time")
    list_filter = (WhenFilter,)
    list_select_related = ("event",)
    search = Search(addresses=("old_account", "new_account"), hashes=("person_key",), named=addresses_named)
    search_help_text = _("address or chosen name")
    ordering = ("-event_id",)
    sortable_by = ()

    @admin.display(description=_("Old account"))
    def old(self, row: Any) -> SafeString:
        """Where the unit was."""
        return person(row.old_account, row.names)

    @admin.display(description=_("New account"))
    def new(self, row: Any) -> SafeString:
        """Where it is."""
        return person(row.new_account, row.names)

    @admin.display(description=_("By"))
    def by_whom(self, row: Any) -> SafeString:
        """The second administrator, or the timelock."""
        return person(row.by, row.names)

    @admin.display(description=_("When"))
    def time(self, row: CitizenMove) -> SafeString:
        """When."""
        return html.moment(row.timestamp, year=True)

    def heading(self, row: CitizenMove) -> Any:
        """Whose move it was."""
        return name_for(row.new_account)

    def panels(self, request: HttpRequest, row: CitizenMove) -> Sequence[Panel]:
        """The move."""
        names = self.names_of(row)
        return [
            Panel(
                _("What happened"),
                [
                    (_("Old account"), person(row.old_account, names)),
                    (_("New account"), person(row.new_account, names)),
                    (_("Fingerprint of the person"), html.hexa(row.person_key, 12, 10)),
                    (_("By"), person(row.by, names)),
                    (_("When"), html.moment(row.timestamp, year=True)),
                ],
            ),
            where(row),
        ]
