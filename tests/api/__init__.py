"""The API from end to end."""
