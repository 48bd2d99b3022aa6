"""Filters of django-filter for what the chain speaks in."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_filters import filters
from django_filters.fields import IsoDateTimeField

from core.db.fields import AddressField, HashField, Uint256Field


class _AddressFormField(forms.CharField):
    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return AddressField().to_python(text) if text else None


class _HashFormField(forms.CharField):
    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return HashField().to_python(text) if text else None


class _Uint256FormField(forms.CharField):
    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        if not text.isascii() or not text.isdigit():
            text = "x"  # int() would take spaces, signs and underscores
        return Uint256Field().to_python(text)


class _MomentFormField(IsoDateTimeField):
    """A moment in UTC: not every database takes every offset."""

    def to_python(self, value: Any) -> Any:
        moment = super().to_python(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError:  # an offset that leads out of the years 1 to 9999
            raise ValidationError(_("Enter a date and time."), code="invalid") from None


class AddressFilter(filters.CharFilter):
    """An address in any case."""

    field_class = _AddressFormField


class HashFilter(filters.CharFilter):
    """32 bytes in hexadecimal."""

    field_class = _HashFormField


class Uint256Filter(filters.CharFilter):
    """A uint256 in decimal."""

    field_class = _Uint256FormField


class _WordsWidget(forms.SelectMultiple):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [word for value in data.getlist(name) for word in value.split(",") if word]


class ChoicesFilter(filters.MultipleChoiceFilter):
    """One or more of a few words: ``a=X,Y`` or ``a=X&a=Y``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", _WordsWidget)
        super().__init__(**kwargs)


class SinceFilter(filters.IsoDateTimeFilter):
    """From this moment on (ISO 8601)."""

    field_class = _MomentFormField

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name=field_name, lookup_expr="gte", **kwargs)


class UntilFilter(filters.IsoDateTimeFilter):
    """Up to this moment (ISO 8601)."""

    field_class = _MomentFormField

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name=field_name, lookup_expr="lte", **kwargs)
