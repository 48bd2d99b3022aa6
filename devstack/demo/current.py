"""What Riverbend is deciding now."""

from __future__ import annotations

from typing import Final

from devstack.demo.agenda import BUDGET, PARAMETER, POLICY, ROLE, Item

OPEN: Final = (
    Item(
        key="samira",
        kind=ROLE,
        proposer="Katarina Horvat",
        title="List Samira Haddad among the delegates",
        topic="Rules",
        summary="Samira Haddad would be listed as a delegate, so that residents who wish can give her their "
        "vote. Nobody's vote moves by this decision.",
        description="""\
## Who she is

Samira has taught at Mill Lane School for fourteen years and has chaired the school board twice. She
offers to vote on behalf of people who have no time to follow everything, above all on schools, streets
and housing.

## What being listed means

- Residents *can* give her their vote, and take it back whenever they like.
- Whoever votes in person counts for themselves, even if they gave their vote away.
- How she votes is public, with her reasons, on her page.

## What it does not mean

She gets no office, no pay and no vote beyond those that people give her.
""",
        created=11.0,
        supporters=12,
        activated=9.4,
        queued=0.8,
        shares=(0.75, 0.14),
        turnout=0.92,
        delegate="Samira Haddad",
    ),
    Item(
        key="library",
        kind=BUDGET,
        proposer="Mei Tanaka",
        title="A new roof and solar panels for the library",
        topic="Budgets",
        summary="$164,000 to renew the library's roof and to put 48 solar panels on it in the same "
        "scaffolding. The power covers the library and the day center next door.",
        description="""\
## The roof

It leaks over the reading room and over the local collection. The buckets are there every time it
rains. The surveyor gives the slates two more winters.

## Why the panels now

Scaffolding is a third of the price of either job. Doing both at once saves about **$27,000**.

| | |
|---|---|
| roof | $112,000 |
| panels and inverter | $52,000 |
| saved in power, a year | $6,900 |

## When

From June to August. The library stays open; the reading room moves to the town hall for five weeks.
""",
        created=10.0,
        supporters=14,
        activated=8.6,
        shares=(0.71, 0.20),
        turnout=0.95,
    ),
    Item(
        key="nightbus",
        kind=BUDGET,
        proposer="Hannah Lindqvist",
        title="A night bus for the Eastside, for one year",
        topic="Transport",
        summary="The number 6 would run until 1:30 at night, seven days a week, for one year. It costs "
        "$412,000; what is not used goes back to the reserve.",
        description="""\
## The gap

The last bus to the Eastside leaves the station at 10:50 pm. The late shift at the hospital ends at
11, the one at the cannery at midnight. We asked at both gates: **214 people** go home on foot, by taxi,
or wait for a lift.

## What is asked

- six more departures, the last at 1:30 am, every night
- the same fare as by day
- two drivers more, hired for the year

## The money

$412,000 for Riverbend Transit, paid in twelve monthly parts, never more than the month's invoice. What
is unspent after the year goes back to the reserve.

## How it ends

After ten months the town publishes how many people rode at what hour. **Without a new decision the
bus stops after the year.**
""",
        created=6.6,
        supporters=16,
        activated=5.2,
        shares=(0.60, 0.31),
        turnout=0.90,
    ),
    Item(
        key="quorum",
        kind=PARAMETER,
        proposer="Arthur Pennington",
        title="Lower the quorum from 20 to 15 percent",
        topic="Rules",
        summary="A decision would count if 15 percent of all residents with a vote take part by voting For "
        "or Abstain, instead of 20 percent.",
        description="""\
## The case for it

Small matters deserve small votes. A footbridge concerns the people who cross it; the others should not
have to turn out merely so that the count is valid.

## The case against it

A low quorum lets a determined few decide on a quiet week. So far **no vote has failed for lack of
numbers**.

## What exactly changes

| | now | then |
|---|---|---|
| Quorum | 20 % | 15 % |

It holds for votes opened after it takes effect. The majority rule stays: more For than Against.
""",
        created=5.6,
        supporters=10,
        activated=4.1,
        shares=(0.45, 0.45),
        turnout=0.86,
        parameter=("quorumPercentage", 20, 15),
    ),
    Item(
        key="path",
        kind=BUDGET,
        proposer="Leila Rahimi",
        title="A lit river path with a handrail",
        topic="Parks",
        summary="$87,500 for lamps and a handrail along the river path, from the bridge to the clinic. The "
        "lamps dim to a third when nobody is near.",
        description="""\
## Six hundred meters

It is the only way from the station to the clinic without stairs. In winter it is dark from four
o'clock, and in two places the bank is steep.

## What would be built

- 22 low lamps, warm light, pointed down; they dim to a third when nobody is near
- a handrail on the river side, at two heights
- three benches, with room beside them for a wheelchair

## The bats

The county's ecologist asks for no white light and none above waist height. Both are in the plan.

## Cost

| | |
|---|---|
| lamps and cable | $51,000 |
| handrail | $29,500 |
| benches | $7,000 |
""",
        created=4.0,
        supporters=13,
        activated=2.6,
        shares=(0.66, 0.22),
        turnout=0.84,
    ),
    Item(
        key="playground",
        kind=BUDGET,
        proposer="Aisha Mohamed",
        title="Mend the playground on Mill Lane first",
        topic="Budgets",
        summary="Of the $38,000 for playgrounds this year, $21,000 would go to Mill Lane, before the others. "
        "Votes cost credits here: whoever cares more can give it more.",
        description="""\
## Three playgrounds, one budget

All three need work; the money lasts for one and a half. Mill Lane's climbing frame fails the inspection
in March, its swing already has.

## Why credits

Most people use one of the three and never see the others. Everyone has the same credits for the year:
one vote costs 1, two cost 4, three cost 9. So those who care most can say so, and it costs them something.

## What follows

Hill Road and the meadow share what is left, **$17,000**, and come first next year.
""",
        created=6.0,
        supporters=11,
        activated=3.4,
        shares=(0.6, 0.28),
        turnout=0.62,
        credits=True,
    ),
    Item(
        key="yards",
        kind=POLICY,
        proposer="Oluwaseun Adeyemi",
        title="Open the school yards on weekends",
        topic="Schools",
        summary="The yards of Hill School and Mill Lane School would be open to everyone on Saturdays and "
        "Sundays from nine to eight.",
        description="""\
## Why

Two good yards stand empty for two days out of seven, while children play between parked cars.

## How

- The caretakers open at nine; the last volunteer on the list closes at eight.
- Dogs, bottles and motors stay outside.
- The town's insurance already covers it; the insurer's letter is with the clerk.

## First a trial

For the first half year the school board reports every two months. If it asks to stop, we vote again.
""",
        created=3.2,
        supporters=12,
        activated=0.5,
        opens=-1.6,
    ),
    Item(
        key="repair",
        kind=POLICY,
        proposer="Kwame Boateng",
        title="A repair café in the old fire station",
        topic="Housing",
        summary="The ground floor of the old fire station would be lent to a repair café, two evenings a "
        "week and every other Saturday, free of rent for two years.",
        description="""\
## What it is

People bring what is broken; others who can mend it show them how. Toasters, bicycles, trousers,
lamps. Nobody pays, except for parts.

## What we have

- eleven people who would take turns, three of them electricians
- tools from the closed workshop at the cannery
- the promise of the fire service that the hall is empty until the new roof is decided

## What we need from the town

The key, light and heat, about **$1,900 a year**, and the insurance that the clubs in the town hall
have too.
""",
        created=2.2,
        supporters=7,
    ),
)
