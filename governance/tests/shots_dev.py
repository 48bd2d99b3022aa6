import os, random, pytest
from datetime import timedelta
from pathlib import Path
from django.utils import timezone
from contracts import events as chain
from contracts.events import Action
from contracts.calldata import encode_call
from contracts.acts.hashes import actions_hash, content_hash, reason_hash
from daoportal.kernel import content
from governance.text import ProposalText
from governance.models import Proposal, ProposalType, Support
from governance.services import keep_reason
import governance.tests.factories as F
from governance.tests.factories import (
    Town,
    vote,
    endorsed,
    person,
    happened,
    PARAMETERS,
    CONTRACTS,
    fresh,
    ONE_PERSON_STRATEGY,
)
from identity.models import User

pytestmark = pytest.mark.django_db(transaction=True)
OUT = Path("/tmp/cp_shots")
OUT.mkdir(exist_ok=True)
rnd = random.Random(3)
LONG = "## Why\n\nLine 9 stops at **10:40 pm**. Many people on the Eastside work a late shift.\n\n- every 30 minutes\n- from 11 pm to 5 am\n\n| Year | Cost |\n|---|---|\n| 1 | $412,000 |\n\n<script>alert(1)</script> See [the map](https://example.org)."


def make(town, title, summary, topic, proposer=0, kind=ProposalType.POLICY, actions=()):
    town.proposals += 1
    text = ProposalText(title, summary, LONG, topic)
    content.put(text.as_bytes())
    k = list(ProposalType).index(kind)
    town.block(
        happened(
            chain.ProposalCreated,
            proposal_id=town.proposals,
            proposer=person(proposer),
            proposal_type=k,
            strategy=ONE_PERSON_STRATEGY,
            metadata_hash=text.metadata_hash,
            content_hash=content_hash(
                person(proposer),
                k,
                text.metadata_hash,
                actions_hash([a._asdict() for a in actions]),
                ONE_PERSON_STRATEGY,
            ),
            actions=actions,
        )
    )
    return Proposal.objects.get(proposal_id=town.proposals)


def build():
    town = Town.founded(
        citizens=60, now=timezone.now().replace(microsecond=0) - timedelta(days=24), finality=20
    )
    for i, n in enumerate(["Ruth Alvarez", "Tom Becker", "Night nurse 12", "Canal St. baker", "Maya O."]):
        User.objects.create(username=f"u{i}", address=person(i), metadata={"displayName": n})
    values = {**PARAMETERS, "votingPeriod": 9 * 86400}
    act = (
        Action(
            CONTRACTS["GovernanceCore"],
            0,
            encode_call("GovernanceCore", "updateGovernanceParams", {"params": values}),
        )
        if True
        else None
    )

    def ballots(p, n, w, spread):
        ids = rnd.sample(range(60), n)
        for i, who in enumerate(ids):
            town.now += timedelta(seconds=spread / n)
            s = rnd.choices([1, 0, 2], w)[0]
            town.block(vote(p, who, Support(s)))

    done = make(
        town,
        "School meals for every pupil",
        "Free lunch in all primary schools from the autumn term.",
        "Schools",
        3,
    )
    for i in range(4):
        town.block(endorsed(done, i + 5, i))
    town.block(town.activated(done))
    town.block()
    ballots(done, 38, (71, 22, 7), 86400 * 6)
    lost = make(
        town,
        "Sell the old fire station on Canal Street",
        "The building would be sold to the highest bidder.",
        "Land",
        2,
    )
    town.block(town.activated(lost))
    town.block()
    ballots(lost, 30, (30, 60, 10), 86400 * 3)
    done = town.close_vote(done)
    done = town.queue(done)
    town.wait(timedelta(days=2, minutes=5))
    town.execute(done)
    lost = town.close_vote(lost)
    pipes = make(
        town, "Replace lead pipes on the North Bank", "640 homes, finished before winter.", "Water", 1
    )
    town.block(town.activated(pipes))
    town.block()
    ballots(pipes, 34, (89, 7, 4), 86400 * 3)
    bus = make(
        town,
        "A night bus for the Eastside, for one year",
        "Buses on line 9 would run every 30 minutes from 11 pm to 5 am. Cost: $412,000, with a public review after six months.",
        "Transport",
        0,
    )
    for i in range(12):
        town.block(endorsed(bus, i + 5, i))
    town.now = timezone.now().replace(microsecond=0) - timedelta(days=4, hours=20)
    town.block(town.activated(bus))
    town.block()
    nine = make(
        town,
        "Keep votes open nine days instead of seven",
        "A vote would always span a full weekend and the Monday after it. Nothing else about voting would change.",
        "How we vote",
        4,
        ProposalType.PARAMETER,
        (act,),
    )
    town.block(town.activated(nine))
    town.block()
    mph = make(
        town,
        "20 mph on every street around a school",
        "The limit would fall to 20 mph within 300 yards of the city’s eleven schools, all day, from September.",
        "Streets",
        2,
    )
    town.block(town.activated(mph))
    town.block()
    ballots(bus, 11, (59, 33, 8), 86400 * 2)
    ballots(nine, 9, (47, 42, 11), 3600 * 10)
    ballots(mph, 22, (66, 27, 7), 3600 * 20)
    pipes = fresh(pipes)
    lib = make(
        town,
        "Open the Mill Street library on Sundays",
        "Sunday hours from 10 am to 4 pm, and two part-time librarians.",
        "Libraries",
        3,
    )
    town.block(town.activated(lib, opens=timezone.now().replace(microsecond=0) + timedelta(days=2)))
    trees = make(
        town,
        "Plant 1,200 street trees by 2029",
        "Every block with fewer than four trees would be planted first, starting with the streets that get hottest.",
        "Parks",
        1,
    )
    town.block(endorsed(trees, 9, 0))
    town.block(endorsed(trees, 10, 1))
    town.block(at=timezone.now().replace(microsecond=0) - timedelta(seconds=9))
    from governance.models import Vote

    for v, r in zip(
        Vote.objects.filter(proposal=bus),
        [
            "I walk 50 minutes after my shift.",
            "Taxi vouchers would cost half as much on quiet nights.",
            "Good for nurses.",
            "Too dear.",
        ],
    ):
        v.reason = r
        v.save()
    return town, dict(bus=bus, nine=nine, trees=trees, lib=lib, done=done, lost=lost)


def test_shots(live_server, settings):
    from playwright.sync_api import sync_playwright

    town, p = build()
    settings.PORTAL_MODE = "embedded"
    only = os.environ.get("ONLY", "").split(",") if os.environ.get("ONLY") else None
    pages = {
        "home": "/",
        "proposals": "/proposals",
        "empty": "/proposals?q=skate+park&state=ACTIVE",
        "bus": f"/proposals/{p['bus'].proposal_id}",
        "nine": f"/proposals/{p['nine'].proposal_id}",
        "trees": f"/proposals/{p['trees'].proposal_id}",
        "done": f"/proposals/{p['done'].proposal_id}",
        "votes": f"/proposals/{p['bus'].proposal_id}/votes",
        "write": "/proposals/new",
        "help": "/help",
        "check": "/check",
        "404": "/nope",
    }
    axe = Path("/tmp/cp_axe/node_modules/axe-core/axe.min.js")
    with sync_playwright() as pw:
        b = pw.chromium.launch(executable_path="/usr/bin/chromium", args="--no-sandbox --disable-gpu".split())
        for w in (1280, 390):
            ctx = b.new_context(
                viewport={"width": w, "height": 900}, timezone_id="America/New_York", bypass_csp=False
            )
            pg = ctx.new_page()
            pg.on("console", lambda m: m.type in ("error", "warning") and print("CONSOLE", m.text[:200]))
            pg.on("pageerror", lambda e: print("PAGEERROR", e))
            for n, u in pages.items():
                if only and n not in only:
                    continue
                pg.goto(live_server.url + u)
                pg.wait_for_load_state("networkidle") if False else pg.wait_for_timeout(600)
                over = pg.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if over > 0:
                    print("OVERFLOW", n, w, over)
                pg.screenshot(path=str(OUT / f"{n}_{w}.png"), full_page=True)
                if axe.exists():
                    p2 = b.new_context(viewport={"width": w, "height": 900}, bypass_csp=True).new_page()
                    p2.goto(live_server.url + u)
                    p2.wait_for_timeout(200)
                    p2.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
                    p2.evaluate(axe.read_text())
                    res = p2.evaluate(
                        "axe.run(document, {resultTypes:['violations'], runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
                    )
                    for v in res["violations"]:
                        print("AXE", n, w, v["id"], v["impact"], [x["html"][:140] for x in v["nodes"]][:3])
                    p2.context.close()
            ctx.close()
        b.close()
