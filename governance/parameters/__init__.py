"""The rules in force and the ways of counting."""
