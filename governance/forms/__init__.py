"""Forms of the citizen pages."""

from governance.forms.draft import DraftForm, draft_form

__all__ = ["DraftForm", "draft_form"]
