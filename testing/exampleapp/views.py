"""The page of a cause, and the same for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework import serializers

from contracts.addresses import checksum
from core.http.api import ListResource, Row
from core.http.pages import page
from core.http.schema import Address
from testing.exampleapp.models import Pledge


def cause(request: HttpRequest, cause_id: int) -> HttpResponse:
    """Who pledged how much."""
    return page(request, "exampleapp/cause.html", pledges=Pledge.objects.filter(cause_id=cause_id))


class PledgeSerializer(serializers.Serializer[Row]):
    """A pledge."""

    helper = Address()
    hours = serializers.IntegerField()


class PledgesView(ListResource):
    """The pledges of one cause."""

    serializer_class = PledgeSerializer
    orderings = {"timestamp": "event_id"}
    default_ordering = "-timestamp"
    columns = ("event_id", "helper", "hours")

    def get_queryset(self) -> QuerySet[Pledge]:
        """Of the cause in the address."""
        return Pledge.objects.filter(cause_id=self.kwargs["cause_id"])

    def to_json(self, rows: Sequence[Row]) -> Iterator[Row]:
        """Addresses as people know them."""
        return ({"helper": checksum(row["helper"]), "hours": row["hours"]} for row in rows)
