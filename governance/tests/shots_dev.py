import pytest
from governance.tests.factories import Town, vote, endorsed
from governance.models import Support

pytestmark = pytest.mark.django_db


def test_pages(client):
    town = Town.founded(citizens=20)
    p = town.open_vote()
    town.block(*(vote(p, i, Support(i % 3), reason="") for i in range(8)))
    print(type(p).objects.values("state","vote_start","vote_end","activated_at")); 
    d = town.propose(title="Plant trees")
    town.block(endorsed(d, 1, 0))
    for url in [
        *[f"/proposals/{p.proposal_id}/parts/{x}" for x in ("head", "steps", "record", "ballot", "result")],
        "/",
        "/proposals",
        "/proposals?q=bench&state=ACTIVE",
        f"/proposals/{p.proposal_id}",
        f"/proposals/{p.proposal_id}/votes",
        f"/proposals/{p.proposal_id}/calendar.ics",
        f"/proposals/{d.proposal_id}",
        "/help",
        "/check",
        "/proposals/new",
        "/nope",
        "/proposals/99",
        "/parts/open",
        "/parts/needs-my-vote?address=0x" + "1" * 40,
        f"/proposals/{p.proposal_id}/parts/ballot?address=0x" + "1" * 40,
        *[f"/proposals/{p.proposal_id}/parts/{x}" for x in ("head", "steps", "result", "record")],
        "/language/es?next=/help",
    ]:
        print(url, flush=True)
        r = client.get(url)
        print(r.status_code, len(r.content), url)
        if r.status_code >= 500:
            print(r.content[:500])
