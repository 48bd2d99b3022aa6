"""Ways of counting, by the kind that the contract of each announces."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance.proposals.models import ProposalType

ONE_PERSON = "one-person-one-vote"
TOKEN_WEIGHTED = "token-weighted"  # noqa: S105 - a way of counting, no secret
QUADRATIC = "quadratic"
#: Ways of counting in which power is a person's, not a token's.
OF_PEOPLE = frozenset({ONE_PERSON, QUADRATIC})

LABELS: dict[str, Promise] = {
    ONE_PERSON: _("One person, one vote"),
    TOKEN_WEIGHTED: _("By civic tokens held"),
    QUADRATIC: _("Votes that cost credits"),
}
#: What each means for a voter, in a line.
EXPLANATIONS: dict[str, Promise] = {
    ONE_PERSON: _("Everyone on the roll of citizens counts the same."),
    TOKEN_WEIGHTED: _("Each civic token is a vote: who holds more of them counts for more."),
    QUADRATIC: _(
        "Everyone has %(credits)s credits for each period of %(period)s. "
        "One vote costs 1 credit, two cost 4, three cost 9."
    ),
}
#: Decimal places of the units that votes are counted in.
DECIMALS = {ONE_PERSON: 0, TOKEN_WEIGHTED: 18, QUADRATIC: 0}


def decides(types: int) -> frozenset[ProposalType]:
    """The kinds of proposals in a set of bits: bit n stands for the kind of number n."""
    return frozenset(kind for number, kind in enumerate(ProposalType) if types >> number & 1)


def share(percentage: int) -> str:
    """With what share of For and Against a proposal passes, in words; 50 is a majority."""
    if percentage <= 50:
        return str(_("More For than Against"))
    return str(_("At least %(percentage)d%% For of For and Against") % {"percentage": percentage})


class Units(int):
    """An amount of votes that knows how many of its decimal places are fractions of one vote."""

    places: int

    def __new__(cls, amount: int, places: int) -> Units:
        """``amount`` of the contract's units, 10 ** ``places`` of which are one vote."""
        units = super().__new__(cls, amount)
        units.places = places
        return units


def label(kind: str) -> str:
    """The kind in words; an unknown kind is shown as the contract spells it."""
    return str(LABELS.get(kind, kind))


def explanation(kind: str, *, credits: int, period: str) -> str:
    """The kind explained in a line, with the credits of each period (in words); empty for an unknown kind."""
    return str(EXPLANATIONS.get(kind, "")) % {"credits": f"{credits:,}", "period": period}


def decimals(kind: str) -> int:
    """Decimal places of the units of ``kind``."""
    return DECIMALS.get(kind, 0)


def amount(kind: str, units: int) -> str:
    """An amount of votes in words' figures: whole for people, with decimals cut to four for tokens."""
    whole, tail = figures(units, decimals(kind))
    return f"{whole:,}.{tail}" if tail else f"{whole:,}"


def figures(units: int, places: int) -> tuple[int, str]:
    """The whole votes in ``units``, and up to four decimals after them, the rest cut, no zeros last."""
    whole, rest = divmod(int(units), 10**places)
    return whole, f"{rest:0{places}d}"[:4].rstrip("0") if places else ""
