"""The audit log's words for templates."""

from __future__ import annotations

from django import template

from audit.registry import words

register = template.Library()
register.filter("action_words", words)
