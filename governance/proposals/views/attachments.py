"""The files of proposals, handed out so that no browser opens them in this site's name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from core.content.errors import ContentMissing
from core.http.pages import render_domain_errors
from governance.proposals import attachments
from governance.proposals.selectors.content import attached_files
from governance.proposals.selectors.proposals import get_proposal


@require_safe
@render_domain_errors
def attachment(request: HttpRequest, proposal_id: str, place: int) -> HttpResponse:
    """The file at ``place`` (from 1) of a proposal's text, to be saved.

    Raises:
        ContentMissing: if there is none, or what is stored isn't what the text says of it.
    """
    files = attached_files(get_proposal(proposal_id))
    file = files[place - 1] if 1 <= place <= len(files) else None
    data = attachments.read(file) if file else None
    if file is None or data is None:
        raise ContentMissing(place=place)
    charset = "; charset=utf-8" if file.media_type == attachments.TEXT else ""
    response = HttpResponse(data, content_type=file.media_type + charset)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name)
    response["Content-Security-Policy"] = "sandbox"
    # What a hash names never changes; that the text names it may, if a reorganisation takes the number.
    response["ETag"] = f'"{file.cid}"'
    response["Cache-Control"] = "public, max-age=60"
    return response
