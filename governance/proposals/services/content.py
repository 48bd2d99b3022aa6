"""The files that the record refers to, kept: here, at our IPFS node, at the pinning service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from core.content import MAX_BYTES, text_cid
from core.content.cids import Cid
from core.content.repin import Repinner, Report
from core.content.store import kubo_node, pinning_service, wide_store
from governance.proposals import text
from governance.proposals.selectors.content import Reference, references
from governance.proposals.services.record import fill_text


def repin(
    *,
    since: datetime | None = None,
    patience: float = 0,
    say: Callable[[str], None] = lambda line: None,
) -> Report:
    """Fetch what is missing here and pin what others lack, of all that the mirror refers to.

    It may stop at any point and be run again, also twice at once: each step looks first and does what is
    missing.

    Args:
        since: leave out proposals that were made before.
        patience: seconds to wait, at the end, for the pinning service to finish.
        say: is told each thing that was done, in a line.
    """
    repinner = Repinner(wide_store(), node=kubo_node(), service=pinning_service(), say=say)
    for reference in references(since=since):
        _keep(repinner, reference)
    return repinner.finish(patience=patience)


def _keep(repinner: Repinner, reference: Reference) -> None:
    name = f"proposal {reference.proposal_id}"
    cid = text_cid(reference.metadata_hash)
    if repinner.keep(cid, limit=MAX_BYTES, name=name):
        fill_text(metadata_hash=reference.metadata_hash)
    words = text.load(reference.metadata_hash)
    for file in words.attachments if words else ():
        repinner.keep(Cid.parse(file.cid), limit=file.size, name=f"{name}: {file.name}")
