"""Pledges, for officers."""

from __future__ import annotations

from django.contrib import admin

from backoffice.admins import ChainOwnedAdmin
from backoffice.search import Search
from testing.exampleapp.models import Pledge


@admin.register(Pledge)
class PledgeAdmin(ChainOwnedAdmin):
    """Pledges."""

    list_title = "Pledges"
    lead = "Work that people pledged."
    empty_text = "Nobody has pledged anything yet."
    list_display = ("helper", "cause_id", "hours")
    search = Search(addresses=("helper",), numbers=("cause_id",))
    search_help_text = "helper or cause"
    sortable_by = ()
    export_fields = ("event_id", "cause_id", "helper", "hours", "timestamp")
