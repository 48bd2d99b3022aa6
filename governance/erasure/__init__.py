"""Erasing the words of a ballot: one administrator asks, a second one carries it out."""
