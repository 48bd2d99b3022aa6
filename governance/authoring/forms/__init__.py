"""The form in which a proposal is written."""
