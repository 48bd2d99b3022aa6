"""Pledges as the chain recorded them."""

from __future__ import annotations

from django.db import models

from contracts.models import ChainOwned
from core.db.fields import AddressField, Uint256Field


class Pledge(ChainOwned):
    """Hours of work that somebody pledged to a cause."""

    cause_id = Uint256Field("cause", db_index=True)
    helper = AddressField("helper")
    hours = models.PositiveIntegerField("hours")

    class Meta:
        db_table = "example_pledges"
        ordering = ["-event_id"]
        verbose_name = "pledge"

    def __str__(self) -> str:
        return f"{self.helper} {self.cause_id}"
