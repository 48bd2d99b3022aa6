"""What Riverbend has decided in the last month."""

from __future__ import annotations

from typing import Final

from devstack.demo.agenda import BUDGET, DAY, PARAMETER, POLICY, Item

DECIDED: Final = (
    Item(
        key="week",
        kind=PARAMETER,
        proposer="Ingrid Solberg",
        title="A full week to vote",
        topic="Rules",
        summary="Votes stay open for seven days instead of five, so that every vote covers a weekend. "
        "Nothing else about the rules changes.",
        description="""\
## Why

Five days sounds like enough until a vote opens on a Monday and closes on a Friday. In the last
two consultations the town hall counted who came too late: **most of them work shifts**, or were
away for exactly those days.

## What changes

| | now | then |
|---|---|---|
| How long a vote stays open | 5 days | 7 days |

The review period, the quorum and the waiting period stay as they are. Votes that are already open
when this takes effect keep the length they were opened with.

## What it costs

Two more days until a decision. The clerk's office sees no other effect.
""",
        created=30.2,
        supporters=6,
        activated=29.6,
        queued=24.3,
        executed=22.2,
        shares=(0.82, 0.11),
        turnout=0.93,
        parameter=("votingPeriod", 5 * DAY, 7 * DAY),
    ),
    Item(
        key="thirty",
        kind=POLICY,
        proposer="Samira Haddad",
        title="Twenty miles an hour around the three schools",
        topic="Streets",
        summary="A limit of 20 mph on eleven streets around Hill School, Mill Lane School and the "
        "kindergarten, at all hours. Painted signs and two raised crossings; no cameras.",
        description="""\
## The streets

1. Hill Road, from the church to the water tower
2. Mill Lane and Little Mill Lane
3. Orchard Street, Baker's Row and the four lanes between them
4. Station Approach, as far as the taxi rank

## Why at all hours

A limit that holds only on school days needs a sign that people must read while driving. The county's
engineers advise against it, and the kindergarten's yard is used on Saturdays.

## What it takes

- paint and posts, **$18,400** from the roads budget as it stands
- two raised crossings, built together with the resurfacing that is due this year anyway
- no new staff

## How we will know

The counts at Hill Road and Mill Lane are repeated after twelve months and published here, whatever
they say.
""",
        created=29.9,
        supporters=11,
        activated=29.1,
        shares=(0.68, 0.24),
        turnout=0.95,
    ),
    Item(
        key="sundays",
        kind=POLICY,
        proposer="Sofie Maes",
        title="Main Street without cars on Sundays",
        topic="Streets",
        summary="Main Street between the bridge and the market square would be closed to cars every "
        "Sunday from ten to six, all year. Residents could always reach their own doors.",
        description="""\
## The idea

Once a week the street belongs to people on foot. Cafés may put tables out, the band may play, children
may learn to ride a bicycle without anyone shouting.

## Who could still drive

- people who live on Main Street, to and from their own door
- deliveries before ten
- doctors, carers, taxis with a passenger who can't walk far
- the number 6, on a diversion over Quay Street

## What is not known

Nobody can say what it does to trade. The town of Elmford saw a little more in summer and a little less
in winter. The shopkeepers' survey is attached to the minutes of the May meeting: eleven for, nine
against, four undecided.
""",
        created=29.0,
        supporters=9,
        activated=27.8,
        shares=(0.38, 0.54),
        turnout=0.95,
    ),
    Item(
        key="sixdays",
        kind=PARAMETER,
        proposer="Bao Nguyen",
        title="Six days to vote, if five stay five",
        topic="Rules",
        summary="Votes stay open for six days instead of five. This is for the case that “A full week to "
        "vote” fails: if the length is no longer five days by then, nothing is changed.",
        description="""\
## Why a second proposal

A full week is decided before this one. Some who find seven days too long would still like one more than
five. If the week fails, the town need not begin anew.

## How the two get along

This proposal says *from five days to six*. The contracts hold it to both halves of the sentence: if the
length is anything but five days when its turn comes, it can't be carried out, and **lapses two weeks
later**. No decision undoes another unseen.

| | now | then |
|---|---|---|
| How long a vote stays open | 5 days | 6 days |
""",
        created=28.5,
        supporters=10,
        activated=27.5,
        queued=22.3,
        shares=(0.59, 0.31),
        turnout=0.92,
        parameter=("votingPeriod", 5 * DAY, 6 * DAY),
    ),
    Item(
        key="contracts",
        kind=POLICY,
        proposer="Priya Raman",
        title="Publish every contract above $5,000",
        topic="Budgets",
        summary="From next month each contract of the town above $5,000 is published with the bidder, "
        "the price and the runners-up, within thirty days of signing.",
        description="""\
## What is published

- who got the contract, for what and for how much
- how many bids there were, and the two next lowest prices
- the reason, if the lowest bid was not taken

Bank details, signatures and the private addresses of sole traders are left out.

## What it does not do

It changes nothing about *who decides* on a contract. It lets everyone see the decision afterwards,
while it can still be talked about.

## Effort

The auditor's office has tried it with last year's 61 contracts: about twenty minutes each.
""",
        created=26.3,
        supporters=12,
        activated=25.0,
        shares=(0.86, 0.06),
        turnout=0.92,
    ),
    Item(
        key="allotments",
        kind=POLICY,
        proposer="Tom Ashworth",
        title="A deer fence around the allotments",
        topic="Parks",
        summary="A fence of 1.8 m around the allotments at Low Meadow, with three gates that stay unlocked.",
        description="""\
The deer eat everything by June. The allotment holders would put up the posts themselves if the town
pays for the wire: about **$3,100**.

There would be three gates, none of them locked, so that the path along the stream stays open.

*Note of the clerk:* the county has meanwhile put the same fence into its own programme. The author
agrees that this proposal is no longer needed.
""",
        created=24.0,
        supporters=0,
        cancelled=(22.6, 22.1),
        reason="The county builds the same fence; the author agrees that this is no longer needed.",
    ),
    Item(
        key="pool",
        kind=BUDGET,
        proposer="Jakub Dvořák",
        title="Heat pumps for the swimming hall",
        topic="Budgets",
        summary="$290,000 from the reserve to replace the two gas boilers of the swimming hall with heat "
        "pumps before next winter.",
        description="""\
## Where we stand

The boilers are from 1994. One of them was repaired four times last winter, and the maker has stopped
selling parts.

## Two ways

| | new boilers | heat pumps |
|---|---|---|
| price | $118,000 | $290,000 |
| state grant | none | up to $96,000, *not yet applied for* |
| gas and power, a year | $61,000 | $34,000 |
| hall closed for | 3 weeks | 9 weeks |

## What is asked

The whole sum from the reserve, so that work can start in May. The grant, if it comes, goes back into
the reserve.
""",
        created=20.5,
        supporters=8,
        activated=19.0,
        shares=(0.38, 0.55),
        turnout=0.95,
    ),
)
