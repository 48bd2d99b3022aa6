"""The roll of citizens and the persons behind accounts."""
