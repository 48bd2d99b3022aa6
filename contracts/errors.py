"""What can go wrong with the chain, under codes that never change.

``retry`` tells whether asking again may help.
"""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class ChainError(DomainError):
    """Base of what goes wrong between the portal and the chain.

    ``retry`` is true where the same question may be answered later or by another node.
    """

    code = "chain-error"
    status = 503
    retry: ClassVar[bool] = False
    message = _("The chain can't be read at the moment.")


# --- the node ---


class NodeUnreachable(ChainError):
    code = "node-unreachable"
    retry = True
    message = _("No node of the chain answers.")


class NodeTimeout(NodeUnreachable):
    code = "node-timeout"
    message = _("The node took too long to answer.")


class NodeBusy(ChainError):
    """The node asked us to wait. ``data["retry_after"]``: for how many seconds, if it said so."""

    code = "node-busy"
    retry = True
    message = _("The node asks us to slow down.")


class NodeMalformed(ChainError):
    """The answer is no JSON-RPC answer, or not the shape that the method promises."""

    code = "node-malformed"
    retry = True
    message = _("The node's answer makes no sense.")


class NodeWrongChain(ChainError):
    code = "node-wrong-chain"
    message = _("The node belongs to another chain.")


class NodeForked(ChainError):
    """The node's history differs from the others' at a block that can't go any more."""

    code = "node-forked"
    message = _("The node tells another history than the others.")


class NodeInternal(ChainError):
    """The node failed inside (JSON-RPC -32603 or an HTTP 5xx)."""

    code = "node-internal"
    retry = True
    message = _("The node failed.")


class NodeRefused(ChainError):
    """A JSON-RPC error that asking again won't change. ``data``: ``rpc_code``, ``rpc_message``."""

    code = "node-refused"
    status = 502
    message = _("The node refused the request.")


class NodeBehind(ChainError):
    """The node hasn't got a block that we have read or just saw."""

    code = "node-behind"
    retry = True
    message = _("The node hasn't caught up yet.")


class CallReverted(ChainError):
    """A call or an estimate reverted. ``data["revert"]`` is the revert data as 0x-hex."""

    code = "call-reverted"
    status = 409
    message = _("The contract refuses this.")


# --- reading the chain ---


class LogsTooMany(ChainError):
    """More logs than the node gives in one answer: ask for fewer blocks."""

    code = "logs-too-many"
    message = _("The node gives no more logs at once.")


class LogMalformed(ChainError):
    """A log doesn't have the words that its event's declaration promises."""

    code = "log-malformed"
    message = _("A log can't be read.")


class LogWrongContract(ChainError):
    code = "log-wrong-contract"
    message = _("The node gave a log of a contract that wasn't asked for.")


class LogOutOfRange(ChainError):
    code = "log-out-of-range"
    message = _("The node gave a log of a block that wasn't asked for.")


class LogWrongBlock(ChainError):
    """A log names another block hash than its block has: the chain moved meanwhile, or the node lies."""

    code = "log-wrong-block"
    retry = True
    message = _("A log belongs to a block that isn't on the chain.")


class LogDuplicate(ChainError):
    code = "log-duplicate"
    message = _("The node gave the same log twice.")


class LogOutOfOrder(ChainError):
    code = "log-out-of-order"
    message = _("The node gave logs in the wrong order.")


class LogsMissing(ChainError):
    """A block's receipts hold logs of ours that the node left out of its answer."""

    code = "logs-missing"
    retry = True
    message = _("The node left out logs.")


class BlockGap(ChainError):
    """A block doesn't name the one before it as its parent: the chain moved meanwhile, or the node lies."""

    code = "block-gap"
    retry = True
    message = _("The blocks don't follow one another.")


class ReorgBelowFinality(ChainError):
    code = "reorg-below-finality"
    message = _("The chain changed below what counts as final. Someone must look at this.")


class CursorMoved(ChainError):
    """Another worker has moved the cursor since we read it; its rows stand, ours were rolled back."""

    code = "cursor-moved"
    retry = True
    message = _("Another worker has read on.")


class WrongMirror(ChainError):
    """The database mirrors another deployment than the one in the file."""

    code = "wrong-mirror"
    message = _("This database mirrors another deployment.")


class DeploymentMissing(ChainError):
    code = "deployment-missing"
    message = _("The contracts aren't deployed on this chain.")


class DeploymentInvalid(ChainError):
    code = "deployment-invalid"
    status = 500
    message = _("The file that describes the deployment can't be used.")


class ArtifactMissing(ChainError):
    code = "artifact-missing"
    status = 500
    message = _("There is no compiled contract of this name.")
