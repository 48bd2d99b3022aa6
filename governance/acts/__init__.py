"""What people sign about decisions: each act's fields, rules and document, and the words to read first.

A builder judges and describes; it writes nothing. Words that belong to an act (a reason, a proposal's text)
are kept when the signed act is accepted.
"""

from governance.acts import proposals, votes

__all__ = ["proposals", "votes"]  # each registers its builders
