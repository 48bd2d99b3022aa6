"""Writing proposals: drafts, their form, and what they would do."""
