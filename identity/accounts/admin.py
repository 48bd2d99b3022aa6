"""Accounts of the portal. They carry no right on chain; an officer can close one and open it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.admins import OfficeAdmin, Panel, View
from backoffice.directory import ADMINISTRATOR
from backoffice.filters import when_filter
from backoffice.search import Search
from contracts.admin.pieces import address
from identity.accounts.models import User
from identity.accounts.selectors import addresses_named
from identity.roles.selectors.roles import current_roles


@admin.register(User)
class AccountAdmin(OfficeAdmin):
    """An account: who signs in, and which address it is linked to."""

    list_title = _("Accounts")
    lead = _(
        "Who can sign in to this site. Closing an account takes away no vote and no role: "
        "those belong to the address."
    )
    view_roles = frozenset({ADMINISTRATOR})
    change_roles = frozenset({ADMINISTRATOR})
    list_display = ("who", "side", "linked", "groups_words", "seen", "joined")
    list_filter = ("is_active", "is_staff", when_filter("date_joined"))
    search = Search(addresses=("address",), words=("username", "email"), named=addresses_named)
    search_help_text = _("name, e-mail or address")
    ordering = ("-date_joined",)
    sortable_by = ()
    fields = ("is_active",)
    change_form_template = "admin/identity/user/change_form.html"
    # No e-mail, no name: whoever needs a register asks for it elsewhere, and says why.
    export_fields = ("id", "address", "did", "is_active", "is_staff", "date_joined", "last_active")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators, but nobody their own account, and a superuser's only another superuser."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None:
            return True
        return obj.pk != request.user.pk and (not obj.is_superuser or bool(request.user.is_superuser))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the groups, in one more query for the page."""
        return super().get_queryset(request).prefetch_related("groups")

    def views(self, request: HttpRequest) -> Sequence[View]:
        """Everybody, officers, closed ones."""
        return [
            View(_("All")),
            View(_("Officers"), {"is_staff__exact": "1"}),
            View(_("Closed"), {"is_active__exact": "0"}),
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """In the words of this page."""
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "is_active":
            field.label = _("The account is open")
            field.help_text = _("Whoever owns it can sign in.")
        return field

    @admin.display(description=_("Account"))
    def who(self, row: User) -> SafeString:
        """The name shown, and the name to sign in with."""
        return format_html(
            '<span class="cell-title">{}</span><span class="cell-note">{}</span>',
            row.display_name,
            row.username,
        )

    @admin.display(description=_("State"))
    def side(self, row: User) -> SafeString:
        """Open or closed."""
        if not row.is_active:
            return html.tag("ended", _("Closed"))
        return html.tag("queued", _("Officer")) if row.is_staff else html.tag("passed", _("Open"))

    @admin.display(description=_("Address"))
    def linked(self, row: User) -> SafeString:
        """The address it is linked to."""
        return address(row.address)

    @admin.display(description=_("Roles mirrored"))
    def groups_words(self, row: User) -> Any:
        """The groups, which mirror the roles on chain."""
        return ", ".join(sorted(group.name.capitalize() for group in row.groups.all())) or html.NOTHING

    @admin.display(description=_("Last active"))
    def seen(self, row: User) -> SafeString:
        """When the person was last here."""
        return html.when(row.last_active)

    @admin.display(description=_("Since"))
    def joined(self, row: User) -> SafeString:
        """When the account was made."""
        return html.moment(row.date_joined, year=True)

    def panels(self, request: HttpRequest, row: User) -> Sequence[Panel]:
        """The account and the roles of its address."""
        held = current_roles(row.address) if row.address else []
        roles = [(each.label, _until(each)) for each in held]
        return [
            Panel(
                _("The account"),
                [
                    (_("Name shown"), row.display_name),
                    (_("Name to sign in with"), row.username),
                    (_("E-mail"), row.email or html.NOTHING),
                    (_("Address"), address(row.address)),
                    (_("State"), self.side(row)),
                    (_("Made"), html.moment(row.date_joined, year=True)),
                    (_("Last signed in"), html.moment(row.last_login, year=True)),
                    (_("Last active"), html.moment(row.last_active, year=True)),
                ],
                icon="person",
            ),
            Panel(
                _("Roles of its address on chain"),
                roles or [("", _t("None.") if row.address else _t("No address is linked, so it has none."))],
                icon="verified_user",
            ),
        ]


def _until(held: Any) -> SafeString:
    if held.until is None:
        return format_html("{} {}", _t("since"), html.moment(held.since, year=True))
    return format_html("{} {}", _t("until"), html.moment(held.until, year=True))
