"""Domain errors: what went wrong, under a code that never changes, with the facts a caller needs."""

from __future__ import annotations

from typing import Any, ClassVar


class DomainError(Exception):
    """Base of every error that a person or an integrator may meet.

    Subclasses set ``code`` (stable, kebab-case, part of the API), ``status`` (the HTTP status it maps to) and
    ``message`` (plain words, translatable). ``data`` holds the facts, for example ``proposal_id``; ``field``
    names the input at fault, if one is.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    message: Any = "Something went wrong."

    def __init__(self, message: Any | None = None, *, field: str | None = None, **data: Any) -> None:
        self.detail = message if message is not None else self.message
        self.field = field
        self.data = data
        super().__init__(f"{self.code}: {self.detail}")


class NotFound(DomainError):
    """What was asked for does not exist."""

    code = "not-found"
    status = 404
    message: Any = "There is nothing here."
