"""What can stand between a person and a pledge."""

from __future__ import annotations

from core.errors import DomainError


class PledgedAlready(DomainError):
    """This person has pledged hours to this cause."""

    code = "pledged-already"
    status = 409
    message = "You have pledged your work to this cause already."
