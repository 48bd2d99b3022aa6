"""Writing a proposal: a draft kept for this browser, read once more, then signed in the wallet."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.content.errors import ContentFull
from core.content.store import MAX_FILE_BYTES
from core.errors import DomainError
from core.http.pages import page, part, render_domain_errors
from governance.authoring.browser import draft_owner
from governance.authoring.forms.draft import DraftForm, draft_form
from governance.authoring.models import ProposalDraft
from governance.authoring.selectors.drafts import drafts, get_draft
from governance.authoring.selectors.preparation import parameter_actions
from governance.authoring.services import (
    attach_file,
    create_draft,
    delete_draft,
    detach_file,
    prepare_proposal,
    update_draft,
)
from governance.errors import FieldInvalid, FieldMissing
from governance.parameters.selectors.counting import way_of_counting
from governance.proposals.attachments import ENDINGS
from governance.proposals.selectors.actions import describe_calls
from governance.proposals.selectors.outcomes import proposal_made_by
from governance.proposals.views.detail import replaces_program, tried
from governance.proposals.views.present import rule_values

DRAFTS_SHOWN = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@render_domain_errors
def write(request: HttpRequest, draft_id: UUID | None = None) -> HttpResponse:
    """The form, empty or with a draft in it; what was sent is saved, and read once more if it is whole."""
    if request.method != "POST":
        owner = draft_owner(request)
        draft = get_draft(owner or "", draft_id) if draft_id else None
        return _form_page(request, draft, draft_form(draft))
    form = draft_form(None, request.POST)
    complete = form.is_valid()
    draft = _save(request, form)
    if "detach" in request.POST:
        detach_file(owner=draft.owner_key, draft_id=draft.pk, cid=request.POST["detach"])
        return redirect("draft", draft.pk)
    if request.POST.get("then") == "attach":
        return _attach(request, draft, form)
    if request.POST.get("then") == "later":
        return redirect("draft", draft.pk)
    if complete and _is_ready(form, draft):
        return redirect("draft-preview", draft.pk)
    return _form_page(request, draft, form)


@never_cache
@require_POST
def autosave(request: HttpRequest) -> HttpResponse:
    """Keep what is written so far, complete or not; answers when it was saved.

    The page takes the draft's address, so that loading it again brings the text back.
    """
    form = draft_form(None, request.POST)
    form.is_valid()
    try:
        draft = _save(request, form)
        response = part(request, "proposals/parts/autosaved.html", draft=draft)
        response["HX-Replace-Url"] = reverse("draft", args=[draft.pk])
        return response
    except DomainError as error:
        return part(request, "proposals/parts/autosaved.html", save_error=error.detail)


@never_cache
@require_GET
@render_domain_errors
def preview(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The draft as others will see it, with the button to sign it; the form if something is missing."""
    draft = get_draft(draft_owner(request) or "", draft_id)
    try:
        fields = prepare_proposal(draft=draft)
        actions = _actions(fields)
        effects = describe_calls(actions)
    except (FieldMissing, FieldInvalid):
        return redirect("draft", draft.pk)
    return page(
        request,
        "proposals/preview.html",
        "proposal-new",
        draft=draft,
        effects=effects,
        replaces_program=replaces_program(actions),
        counting=way_of_counting(fields["strategy"]),
        act_fields=json.dumps({**fields, "draftId": str(draft.pk)}),
    )


@never_cache
@require_GET
@render_domain_errors
def trial(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Whether what the draft would do could be done at this moment."""
    fields = prepare_proposal(draft=get_draft(draft_owner(request) or "", draft_id))
    return part(request, "proposals/parts/trial.html", **tried(_actions(fields), fields["proposalType"]))


@never_cache
@require_GET
@render_domain_errors
def done(request: HttpRequest) -> HttpResponseRedirect:
    """Go to the proposal that the act ``?act=`` made; to the newest ones if it is not on the record yet."""
    proposal = proposal_made_by(request.GET.get("act", ""))
    if proposal is None:
        return HttpResponseRedirect(f"{reverse('proposals')}?sort=newest")
    return HttpResponseRedirect(reverse("proposal", args=[proposal.proposal_id]))


@require_POST
@render_domain_errors
def delete(request: HttpRequest, draft_id: UUID) -> HttpResponseRedirect:
    """Delete a draft of this browser."""
    delete_draft(owner=draft_owner(request) or "", draft_id=draft_id)
    return HttpResponseRedirect(reverse("proposal-new"))


def _attach(request: HttpRequest, draft: ProposalDraft, form: DraftForm) -> HttpResponse:
    """Add the file that was sent to the draft; the form again, with the reason, if it can't be."""
    file = request.FILES.get("file")
    try:
        if file is None:
            raise FieldMissing(_("Choose a file first."), field="file")
        data = file.read(MAX_FILE_BYTES + 1)
        attach_file(owner=draft.owner_key, draft_id=draft.pk, name=file.name or "", data=data)
    except (FieldMissing, FieldInvalid, ContentFull) as error:
        return _form_page(request, draft, draft_form(draft), file_error=str(error.detail))
    return redirect("draft", draft.pk)


def _save(request: HttpRequest, form: DraftForm) -> ProposalDraft:
    owner = draft_owner(request, create=True) or ""
    known = form.cleaned_data.get("draft")
    fields = form.draft_fields()
    if known:
        return update_draft(owner=owner, draft_id=known, fields=fields)
    return create_draft(owner=owner, fields=fields)


def _is_ready(form: DraftForm, draft: ProposalDraft) -> bool:
    try:
        _actions(prepare_proposal(draft=draft))
    except (FieldMissing, FieldInvalid) as error:
        form.blame(error)
        return False
    return True


def _actions(fields: dict[str, Any]) -> list[dict[str, str]]:
    """The calls that the draft would make, one for each rule that changes; none for a decision in words."""
    if "parameters" in fields:
        return parameter_actions(fields["parameters"])
    return fields.get("actions", [])


def _form_page(
    request: HttpRequest, draft: ProposalDraft | None, form: DraftForm, *, file_error: str = ""
) -> HttpResponse:
    owner = draft_owner(request)
    context: dict[str, Any] = {
        "draft": draft,
        "form": form,
        "file_error": file_error,
        "file_endings": ",".join(ending for endings in ENDINGS.values() for ending in endings),
        "rules": rule_values(),
        "drafts": drafts(owner)[:DRAFTS_SHOWN] if owner else [],
    }
    return page(request, "proposals/write.html", "proposal-new", **context)
