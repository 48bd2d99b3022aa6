"""The bases of every ModelAdmin on the officers' side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import ShowFacets
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from backoffice import recording
from backoffice.actions import audited_action
from backoffice.directory import AUDITOR, OFFICERS, holds_any
from backoffice.paging import CappedPaginator
from backoffice.search import Search
from core.db.transactions import retry_on_conflict
from core.http.exports import BATCH, export

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class View:
    """A saved view of a list: its words, the filters it sets, and how many rows it has, if that is known."""

    label: Any
    query: dict[str, str] = field(default_factory=dict)
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A group of facts about one record: (label, value) pairs; a value may be safe HTML."""

    title: Any
    facts: Sequence[tuple[Any, Any]]
    icon: str = ""
    hint: Any = ""


class OfficeChangeList(ChangeList):
    """A list whose page of rows the admin may prepare at once, instead of asking for each row."""

    model_admin: OfficeAdmin

    def get_results(self, request: HttpRequest) -> None:
        """Find the page's rows and hand them to :meth:`OfficeAdmin.prepare`."""
        super().get_results(request)
        rows = list(self.result_list)
        self.model_admin.prepare(request, rows)
        self.result_list = rows  # type: ignore[assignment]


@audited_action(
    action=recording.LIST_EXPORTED, description=_("Export the selected rows (CSV)"), permissions=("view",)
)
def export_selected(
    office: OfficeAdmin, request: HttpRequest, rows: models.QuerySet[Any]
) -> HttpResponseBase:
    """The selected rows as CSV."""
    return office.csv(rows)


class OfficeAdmin(admin.ModelAdmin):
    """A list and a record as officers see them. By default they read, and change nothing."""

    lead: ClassVar[Any] = ""
    list_title: ClassVar[Any] = ""
    empty_text: ClassVar[Any] = _("Nothing here yet.")
    view_roles: ClassVar[frozenset[str]] = OFFICERS
    change_roles: ClassVar[frozenset[str]] = frozenset()
    search: ClassVar[Search] = Search()
    export_fields: ClassVar[tuple[str, ...]] = ()
    list_top_template: ClassVar[str] = ""
    facts_only: ClassVar[bool] = False

    actions = [export_selected]
    list_per_page = ROWS_A_PAGE
    list_max_show_all = 200
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER

    # --- who may ---

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An active officer who holds one of ``view_roles``; auditors read everything."""
        return holds_any(request.user, self.view_roles | {AUDITOR})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An officer who holds one of ``change_roles``."""
        return bool(self.change_roles) and holds_any(request.user, self.change_roles)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes rows here."""
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether any of the app is shown."""
        return self.has_view_permission(request)

    # --- the list ---

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        """Fetch at once what the page's ``rows`` need beyond themselves and put it on them."""

    def views(self, request: HttpRequest) -> Sequence[View]:
        """The saved views above the list; the first one is the whole list."""
        return ()

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """More for ``list_top_template``, shown above the list."""
        return {}

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """The columns that the search asks; none hides the box."""
        return self.search.fields

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """The rows that the text asks for (:class:`Search`)."""
        if not search_term.strip():
            return queryset, False
        wanted = self.search.matching(self.model, search_term)
        return (queryset.none() if wanted is None else queryset.filter(wanted)), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list that prepares its page."""
        return OfficeChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with its lead, saved views and export."""
        context = {
            "lead": self.lead,
            "list_title": self.list_title,
            "empty_text": self.empty_text,
            "list_top_template": self.list_top_template,
            "saved_views": _marked(self.views(request), request),
            "export_url": self._export_url(request),
            **self.list_context(request),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    # --- exports ---

    def get_urls(self) -> list[URLPattern]:
        """Add the export of the whole list, as filtered."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name=name), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Everything that the list shows under the filters in the query, as CSV; recorded."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = self.get_changelist_instance(request)
        rows = shown.get_queryset(request)
        query = {key: value for key, value in request.GET.items() if key != "q"}
        recording.record(
            action=recording.LIST_EXPORTED,
            user=request.user,
            target=self.opts.label_lower,
            details={"filters": query, "searched": bool(request.GET.get("q"))},
        )
        return self.csv(rows)

    def csv(self, rows: models.QuerySet[Any]) -> HttpResponseBase:
        """``rows`` as a CSV download."""
        names = list(self.export_fields or (column.attname for column in self.opts.concrete_fields))
        # One query: a list may be ordered by what is not unique, so it can't be read on from a last row.
        read = ({name: _read(name, row) for name in names} for row in rows.iterator(chunk_size=BATCH))
        return export(_batches(read), names, kind="csv", filename=str(self.opts.db_table))

    def _export_url(self, request: HttpRequest) -> str:
        address = reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_export")
        query = request.GET.urlencode()
        return f"{address}?{query}" if query else address

    # --- one record ---

    def heading(self, row: Any) -> Any:
        """What the record's page is called."""
        return str(row)

    def panels(self, request: HttpRequest, row: Any) -> Sequence[Panel]:
        """What is known of a record, in groups."""
        facts = [(column.verbose_name, column.value_from_object(row)) for column in self.opts.concrete_fields]
        return [Panel(self.opts.verbose_name, facts)]

    def record_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """More for the record's template."""
        return {}

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """The record's page."""
        if obj is not None:
            context["panels"] = self.panels(request, obj)
            context["heading"] = self.heading(obj)
            context["list_title"] = self.list_title
            context["facts_only"] = self.facts_only
            context.update(self.record_context(request, obj))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The record's page; what a form changes is done again if its transaction gave way to another."""
        view = super().changeform_view
        if request.method == "POST":
            view = retry_on_conflict(view)
        return view(request, object_id, form_url, extra_context)

    # --- the audit log: the one place where changes made in the admin reach it ---

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """Django's own message, and by the way the names of the changed fields, in no one's language."""
        request._office_changed = list(form.changed_data)  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Django's own history, and the audit log."""
        self._record(recording.ROW_ADDED, request, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Django's own history, and the audit log."""
        self._record(recording.ROW_CHANGED, request, obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Any]) -> Any:
        """Django's own history, and the audit log."""
        rows = list(queryset)
        with transaction.atomic():
            for row in rows:
                self._record(recording.ROW_DELETED, request, row)
            return super().log_deletions(request, rows)  # type: ignore[arg-type]

    @staticmethod
    def _record(action: str, request: HttpRequest, row: Any) -> None:
        recording.record(
            action=action,
            user=request.user,
            target=row,
            # Names alone: the values may be personal, and the log is public.
            details={"fields": getattr(request, "_office_changed", [])},
        )


class ChainOwnedAdmin(OfficeAdmin):
    """For rows that the chain decided: nobody adds, changes or deletes one here, superusers neither."""

    change_form_template = "admin/record.html"
    facts_only = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: the chain owns the row."""
        return False


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _read(name: str, row: Any) -> Any:
    value = row
    for step in name.split("."):
        value = getattr(value, step)
    return value() if isinstance(value, Callable) else value  # type: ignore[arg-type]


def _marked(views: Sequence[View], request: HttpRequest) -> list[dict[str, Any]]:
    """The views with their addresses, and which of them is on."""
    own = {key for view in views for key in view.query}
    chosen = {key: value for key, value in request.GET.items() if key in own}
    return [
        {
            "label": view.label,
            "url": "?" + urlencode(view.query),
            "count": view.count,
            "on": view.query == chosen,
        }
        for view in views
    ]
