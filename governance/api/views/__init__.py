"""The addresses of proposals, votes and the rules."""
