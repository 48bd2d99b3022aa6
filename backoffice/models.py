"""The tables of the officers' site."""

from backoffice.approvals.models import Approval, Outcome

__all__ = ["Approval", "Outcome"]
