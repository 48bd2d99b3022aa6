"""What people in Riverbend say for, against and beside each proposal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Arguments:
    """Sentences that can stand alone, by the vote they explain."""

    for_it: tuple[str, ...]
    against: tuple[str, ...]
    abstain: tuple[str, ...]


ARGUMENTS: Final[dict[str, Arguments]] = {
    "week": Arguments(
        for_it=(
            "Five days were over before I had found my glasses.",
            "A weekend to think costs nobody anything.",
            "People on shifts should not have to vote in their lunch break.",
            "I was away for one of these votes and it still annoys me.",
            "If we wait years for a road we can wait two days for a count.",
            "More people will have read the text by then.",
            "My mother needs me to sit down with her, and I am there on Sundays.",
            "The length should fit people, not the office.",
        ),
        against=(
            "Whoever wants to vote does it on the first day anyway.",
            "Everything takes longer every year, and now this too.",
            "Five days were enough for the last nine votes.",
            "A reminder would have helped more than two days.",
        ),
        abstain=("Either length is fine with me.", "I vote on the first evening, so it is all the same."),
    ),
    "thirty": Arguments(
        for_it=(
            "I have stopped a child from running into that road with my own arm.",
            "Nobody loses more than half a minute.",
            "At twenty you can still stop when a ball rolls out.",
            "It should have been done when the kindergarten opened.",
            "A crossing that is raised slows even those who don't read signs.",
            "The noise goes down too, which the plan forgets to mention.",
            "I measured: from the tower to the church it is eleven seconds more.",
            "Cyclists in the trailer age will thank you.",
            "No cameras, no fines, only paint. That is the right size.",
            "The yard on Saturdays convinced me that it must be all hours.",
        ),
        against=(
            "At three in the morning there is no child on Hill Road.",
            "Without controls it is only paint.",
            "Station Approach has nothing to do with the schools.",
            "The raised crossing will be the end of my exhaust and of my patience.",
            "Start with Mill Lane alone and see.",
        ),
        abstain=(
            "Yes for Mill Lane, no for Station Approach; I can't say both with one vote.",
            "I don't drive and have no children, so I leave it to those who do.",
            "I would like to see the counts first.",
        ),
    ),
    "sundays": Arguments(
        for_it=(
            "One day in seven, and the street is ours.",
            "My children learned to ride in a car park. That can't be right.",
            "We sell more coffee when people can hear each other.",
            "The band would play, I promise.",
            "Elmford did it and nobody moved away.",
            "The bus diversion is one street. We can manage one street.",
        ),
        against=(
            "Church, visits and the pharmacy are all on Sundays.",
            "All year is too much; I would have said yes to summer.",
            "In November you will have an empty street and angry shops.",
            "The cars don't vanish, they come past my house on Quay Street.",
            "People who can't walk far are an afterthought here.",
            "Nine shops said no. It is their living.",
            "My customers come by car and carry heavy bags.",
            "Try it on six Sundays first.",
        ),
        abstain=(
            "I like the idea and not the winter.",
            "The survey of the shops is a draw, and so am I.",
            "I would need to see the taxi rule on paper.",
        ),
    ),
    "sixdays": Arguments(
        for_it=(
            "If the week fails, one day more is better than none.",
            "A plan for the case that is only honest.",
            "Six days always hold a Saturday or a Sunday, mostly both.",
            "It can't undo the week, and that is what I wanted to know.",
            "I would have taken six in the first place.",
            "Costs nothing if the other one passes.",
            "At last someone reads the rules before proposing.",
        ),
        against=(
            "Decide one thing at a time.",
            "Whoever wants seven should not be offered six.",
            "Two votes on the same number confuse people.",
            "Five were enough, as I said of the other one.",
            "The week will pass, so this is paper.",
        ),
        abstain=(
            "I wait for the week.",
            "Five, six, seven: I vote on the first evening.",
            "Clever, but I don't see the need.",
        ),
    ),
    "contracts": Arguments(
        for_it=(
            "It is our money, so it is our business.",
            "Twenty minutes for each contract is nothing.",
            "I bid twice and never heard why I lost.",
            "The runners-up are the part that matters.",
            "Those who give honest prices have nothing to fear.",
            "After thirty days it can still be talked about; after a year nobody remembers.",
            "This saves me from writing letters.",
            "It should have been like this from the beginning.",
        ),
        against=(
            "Small firms will be shy of bidding when everyone sees their price.",
            "Five thousand is too low a line.",
        ),
        abstain=(
            "Good, but the private addresses must really stay out.",
            "I work for one of the firms and would rather not weigh in.",
        ),
    ),
    "pool": Arguments(
        for_it=(
            "A boiler that nobody can mend will stop on the coldest day.",
            "Twenty-seven thousand saved every year is real money.",
            "If we buy gas boilers now we buy them for thirty years.",
            "My pupils learn to swim there. Nine weeks are better than never.",
            "The reserve is for exactly this.",
            "Warm water without a chimney, please.",
            "Let us do it once and properly.",
        ),
        against=(
            "First apply for the grant, then ask us.",
            "Nine weeks without the hall is a whole season for the club.",
            "It takes most of the reserve in one go.",
            "Another winter with the second boiler would be possible.",
            "I doubt the savings; last time they were half of what was promised.",
            "Half the price would do, and the hall is open after three weeks.",
            "Nobody has asked what the power line to the hall can carry.",
        ),
        abstain=(
            "Right in substance, too early without the grant.",
            "I can't judge the engineering.",
            "I would like to see a third offer.",
        ),
    ),
    "samira": Arguments(
        for_it=(
            "She answers when you ask her something, and she says when she doesn't know.",
            "I have no time for all of this, and I trust her.",
            "Two of the three delegates are over seventy. It is time.",
            "She taught my son, and my daughter after him.",
            "Being listed costs nothing; whoever doesn't want her gives her nothing.",
            "She voted against her own school once, because it was right.",
            "Someone for the young families.",
        ),
        against=(
            "A teacher is paid by the town and should not carry votes.",
            "I would rather that everyone voted for themselves.",
            "The chair of the school board and a delegate, that is too much in one hand.",
        ),
        abstain=(
            "I don't know her.",
            "I have nothing against her, but I don't like delegates at all.",
        ),
    ),
    "library": Arguments(
        for_it=(
            "I have carried those buckets.",
            "A scaffold that stands anyway should carry both.",
            "The local collection can't be bought again.",
            "It is the one warm room in town that asks for nothing.",
            "Seven thousand a year pays back the panels in under eight years.",
            "The day center gets the power too, which is only fair.",
            "I counted the slates that fell this spring: nineteen.",
            "Five weeks in the town hall we can manage.",
            "Panels you can't see from the square, so even my husband agrees.",
        ),
        against=(
            "The roof yes, the panels no.",
            "After the swimming hall you want the reserve again.",
            "The roof faces east; ask any electrician.",
            "Two more winters, says the surveyor. Then in two winters.",
        ),
        abstain=(
            "I sit on the committee that would run it.",
            "Two questions in one vote, so none from me.",
        ),
    ),
    "nightbus": Arguments(
        for_it=(
            "I end at eleven and walk fifty minutes along the bypass.",
            "The taxi home costs two hours of my wage.",
            "One year, then we look at the figures. I like that.",
            "My daughter would be on that bus, not on that road.",
            "The kitchen staff all live on the Eastside.",
            "What isn't used comes back. Show me another budget that says so.",
            "I drove that route. There are people at the stop long after the last bus.",
            "A town that works at night should carry people at night.",
            "Fewer cars at the cannery gate means I can sleep.",
        ),
        against=(
            "That is $412,000 for two hundred people.",
            "Weekends would do for the first year.",
            "The taxi rank will lose its nights, and with it two of us.",
            "Shared taxis would cost a third of it.",
            "The hospital and the cannery should pay their part.",
            "An empty bus at one in the morning goes past my bedroom.",
        ),
        abstain=(
            "I want the hospital to say what it would give.",
            "Good cause, steep price.",
            "I would have liked to see the shared taxis worked out too.",
        ),
    ),
    "quorum": Arguments(
        for_it=(
            "The footbridge should be decided by those who use it.",
            "Fifteen percent of a town is still a crowded hall.",
            "We should not be able to stop a thing by staying at home.",
            "Small matters, small votes.",
            "It makes those who stay away responsible for staying away.",
            "Fewer reminders in my letter box.",
        ),
        against=(
            "No vote has failed for lack of numbers, so why touch it.",
            "A quiet week in August and six streets decide for all.",
            "If few come, ask why, instead of lowering the bar.",
            "I am happy to lose a vote, but not to one street in July.",
            "The rule protects those who don't follow every proposal.",
            "It is the wrong answer to a problem that we don't have.",
        ),
        abstain=(
            "I can see both, honestly.",
            "Seventeen and a half?",
            "Let us talk about it again after a year.",
        ),
    ),
    "path": Arguments(
        for_it=(
            "In winter I don't go to the clinic alone, and this is why.",
            "A handrail at two heights, someone has thought about it.",
            "The steep bit by the willows has cost two ankles that I know of.",
            "It is the only way without stairs. That should be enough.",
            "Low lamps that dim: even the owls get their share.",
            "My clients could walk to their appointments again.",
            "A bench with room beside it, thank you for that line.",
            "I push a pram there every day at five, in the dark.",
        ),
        against=(
            "There is a lit road fifty meters up the hill.",
            "Leave one place in town dark.",
            "Cables beside a river that floods.",
            "The handrail alone would cost a third of it.",
        ),
        abstain=(
            "The bats worry me, though the plan is careful.",
            "I would do the handrail now and the lamps later.",
        ),
    ),
    "playground": Arguments(
        for_it=(
            "The swing has been tied up since Easter.",
            "It is the only one that a wheelchair can reach.",
            "This is what I keep my credits for.",
            "Our street has no gardens.",
            "Start with the one that the doctor has warned about.",
            "Three votes, because I have three children.",
        ),
        against=(
            "Hill Road was promised first.",
            "Mend all three a little rather than one well.",
            "I spend my credits on the library.",
        ),
        abstain=(
            "I have no children, but I like the noise.",
            "One vote, so that it is decided.",
        ),
    ),
}
