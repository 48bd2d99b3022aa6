"""How fast a history is indexed: 100,000 ballots in 1,000 blocks of a local Anvil, into an empty database.

Raw is the rate at which the same chunks are fetched by plain HTTP and parsed as JSON (orjson, what the client
uses), best of three. Indexed is the whole way: fetched, checked, decoded, written to SQLite, or to the empty
databases given by ``--database``, as blocks, events and votes, tallies moved. The ratio of the two says what
the indexer costs, whatever the machine. Prints lines, writes JSON and a plot.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results"
sys.path.insert(0, str(ROOT))

VOTES, BLOCKS, PROPOSALS = 100_000, 1_000, 10
PER_BLOCK = VOTES // BLOCKS
MONTH = 30 * 86_400  # seconds; history, so that nothing is announced live


def main() -> None:
    """Fill a node, measure in a process of its own, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument(
        "--database", action="append", default=[], metavar="URL", help="an empty database beside SQLite"
    )
    parser.add_argument("--profile", action="store_true", help="show where the time goes")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(json.loads(options.measure), profile=options.profile)))
        return
    with tempfile.TemporaryDirectory(prefix="bench-index-") as folder:
        urls = [f"sqlite:///{folder}/portal.sqlite3", *options.database]
        results = run(Path(folder), urls, profile=options.profile)
    report(results)


def run(folder: Path, databases: list[str], *, profile: bool) -> list[dict[str, Any]]:
    """Start a node, fill it, and measure each database in a child, so that its memory is the indexer's
    alone."""
    prepare(folder, databases[0])
    from devstack import anvil

    port = free_port()
    command = anvil.command(anvil.find_or_install(), port, genesis_time=int(time.time()) - MONTH)
    node = subprocess.Popen([*command, "--no-mining"], env={**os.environ, "HOME": str(folder)})
    try:
        plan = fill(f"http://127.0.0.1:{port}")
        return [measured({**plan, "database": url}, profile=profile) for url in databases]
    finally:
        node.terminate()
        node.wait()


def measured(plan: dict[str, Any], *, profile: bool) -> dict[str, Any]:
    """The figures of one database, from a process of its own."""
    child = [sys.executable, __file__, "--measure", json.dumps(plan), *(["--profile"] if profile else [])]
    output = subprocess.run(child, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
    *lines, last = output.strip().splitlines()
    print("\n".join(lines), file=sys.stderr)
    return json.loads(last)


def prepare(folder: Path, database: str) -> None:
    """An empty home; the settings of the embedded stack."""
    os.environ["PORTAL_HOME"] = str(folder)
    os.environ["DATABASE_URL"] = database
    os.environ["DJANGO_SETTINGS_MODULE"] = "daoportal.settings.embedded"
    import django

    django.setup()


def fill(url: str) -> dict[str, Any]:
    """Deploy the emitter and let it emit: proposals, then ballots, a hundred a block."""
    from contracts.calldata import encode_call
    from contracts.client.rpc import Client
    from contracts.deployment import artifact

    client = Client([url], 31337, timeout=60, attempts=50)
    sender = client.request("eth_accounts")[0]
    bytecode = artifact("LogEmitter")["bytecode"]
    client.request("eth_sendTransaction", {"from": sender, "data": bytecode, "gas": hex(5_000_000)})
    client.request("evm_mine")
    receipts = client.block_receipts(1)
    emitter = receipts[0]["contractAddress"].lower()
    opened = client.header("latest")
    if opened is None:
        raise SystemExit("the node has no block")
    for proposal in range(1, PROPOSALS + 1):
        times = (opened.timestamp + 60, opened.timestamp + MONTH)
        data = encode_call("LogEmitter", "emitProposal", (proposal, emitter, *times, 20))
        client.request(
            "eth_sendTransaction", {"from": sender, "to": emitter, "data": data, "gas": hex(1_000_000)}
        )
    client.request("evm_mine")
    for block in range(BLOCKS):
        data = encode_call("LogEmitter", "emitVotes", (1 + block % PROPOSALS, block * PER_BLOCK, PER_BLOCK))
        client.request(
            "eth_sendTransaction", {"from": sender, "to": emitter, "data": data, "gas": hex(1_000_000)}
        )
        client.request("evm_mine")
    return {"url": url, "emitter": emitter}


def measure(plan: dict[str, Any], *, profile: bool) -> dict[str, Any]:
    """Index, then fetch the same chunks raw; answers the figures."""
    prepare(Path(os.environ["PORTAL_HOME"]), plan["database"])
    from django.core.management import call_command
    from django.db import connection

    from contracts.client.rpc import Client
    from contracts.deployment import Deployment
    from contracts.indexer.follow import Indexer
    from contracts.models import ChainEvent
    from core.live.stream import muted
    from governance.ballots.models import Vote
    from governance.proposals.models import Proposal

    call_command("migrate", verbosity=0, skip_checks=True)
    names = ("ProposalManager", "VotingEngine")
    deployment = Deployment(31337, 1, dict.fromkeys(names, plan["emitter"]))
    if Vote.objects.exists() or ChainEvent.objects.exists():
        raise SystemExit("this database isn't empty")
    client = Client([plan["url"]], 31337, timeout=60)
    indexer = Indexer(client, deployment)
    asked = note_ranges(client)
    before = peak_mb()
    with muted(), profiled(profile):
        started = time.perf_counter()
        indexer.catch_up()
        seconds = time.perf_counter() - started
    peak = peak_mb()

    votes = Vote.objects.count()
    tallied = sum(p.for_votes + p.against_votes + p.abstain_votes for p in Proposal.objects.all())
    events = ChainEvent.objects.count()
    if votes != VOTES or tallied != VOTES:
        raise SystemExit(f"{votes} votes and {tallied} in the tallies, {VOTES} on the chain")
    raw = min(fetch_raw(plan["url"], asked, events) for _ in range(3))
    return {
        "database": server_name(connection),
        "votes": votes,
        "blocks": BLOCKS,
        "chunks": len(asked),
        "rawLogsPerSecond": round(events / raw),
        "indexedLogsPerSecond": round(events / seconds),
        "ratio": round(raw / seconds, 3),
        "seconds": round(seconds, 2),
        "peakMegabytes": round(peak),
        "importedMegabytes": round(before),
    }


def server_name(connection: Any) -> str:
    """What kind of server answers; the stand-in is not to be taken for a MongoDB."""
    if connection.vendor == "mongodb":
        build = connection.connection.admin.command("buildInfo")
        return "SecantusDB" if "secantusVersion" in build else "MongoDB"
    return str(connection.display_name)


def note_ranges(client: Any) -> list[dict[str, Any]]:
    """Note what the indexer asks ``eth_getLogs`` for."""
    asked: list[dict[str, Any]] = []
    batch = client.batch

    def noting(questions: Any) -> Any:
        questions = list(questions)
        asked.extend(params[0] for method, params in questions if method == "eth_getLogs")
        return batch(questions)

    client.batch = noting
    return asked


def fetch_raw(url: str, asked: list[dict[str, Any]], expected: int) -> float:
    """Seconds to fetch and parse the same chunks, over one connection that stays open."""
    import orjson
    import urllib3

    headers = {"Content-Type": "application/json"}
    with urllib3.PoolManager(timeout=60) as pool:
        pool.request(
            "POST", url, body=b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}', headers=headers
        )
        started = time.perf_counter()
        found = 0
        for question in asked:
            body = orjson.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_getLogs", "params": [question]})
            found += len(orjson.loads(pool.request("POST", url, body=body, headers=headers).data)["result"])
        seconds = time.perf_counter() - started
    if found != expected:
        raise SystemExit(f"raw fetch found {found} logs, the indexer {expected}")
    return seconds


def profiled(wanted: bool) -> Any:
    """A profile of what runs inside, printed at its end; nothing if it isn't wanted."""
    import contextlib

    if not wanted:
        return contextlib.nullcontext()

    @contextlib.contextmanager
    def profile() -> Any:
        import cProfile
        import pstats

        watch = cProfile.Profile()
        watch.enable()
        yield
        watch.disable()
        pstats.Stats(watch).sort_stats("tottime").print_stats(30)

    return profile()


def peak_mb() -> float:
    """The most memory that this process has had, in megabytes (2**20 bytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def free_port() -> int:
    """A port of 127.0.0.1 that was free a moment ago."""
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def report(results: list[dict[str, Any]]) -> None:
    """Print a line for each figure, SQLite's last; keep them as JSON and as a plot."""
    for figures in reversed(results):
        raw, indexed, peak = (
            figures[name] for name in ("rawLogsPerSecond", "indexedLogsPerSecond", "peakMegabytes")
        )
        print(figures["database"])
        print(f"raw      {raw:>8,} logs/s  (HTTP and JSON, {figures['chunks']} chunks, best of 3)")
        print(f"indexed  {indexed:>8,} logs/s  ({figures['votes']:,} votes in {figures['seconds']} s)")
        print(f"memory   {peak:>8,} MB at most, {figures['importedMegabytes']} of it before the first block")
        print(f"ratio {figures['ratio']:.2f}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "index.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    (RESULTS / "index.svg").write_text(plot(results), encoding="utf-8")


# Ratios of others on the same node and history, measured on 2 cores.
PEERS = [("Subsquid", 0.12), ("Envio", 0.05), ("Ponder", 0.04), ("web3.py get_logs, bulk_create", 0.03)]


def plot(results: list[dict[str, Any]]) -> str:
    """A bar for each indexer: its rate as a part of the raw fetch rate of the same run."""
    ours = [(f"this portal, {figures['database']}", figures["ratio"]) for figures in results]
    bars = [*ours, *PEERS]
    scale = 360 / max(value for _name, value in bars)
    rows = []
    for place, (name, value) in enumerate(bars):
        y = 48 + 34 * place
        fill = "#1a4480" if place < len(ours) else "#a9aeb1"
        rows.append(
            f'<text x="200" y="{y + 15}" text-anchor="end">{name}</text>'
            f'<rect x="210" y="{y}" width="{value * scale:.0f}" height="22" fill="{fill}"/>'
            f'<text x="{216 + value * scale:.0f}" y="{y + 15}">{value:.2f}</text>'
        )
    height = 60 + 34 * len(bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}"'
        ' font-family="sans-serif" font-size="13">'
        f'<rect width="640" height="{height}" fill="#fff"/>'
        '<text x="20" y="28" font-size="15">Indexing rate as a part of the raw fetch rate,'
        " 100,000 ballots</text>" + "".join(rows) + "</svg>\n"
    )


if __name__ == "__main__":
    main()
