"""The supervisor: brings the stack up in order, keeps it up, takes it down."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import redis

from daoportal.settings.home import Home
from devstack import anvil, programs
from devstack import stamps as fingerprints
from devstack.chain import ChainKeeper
from devstack.console import StartError, say
from devstack.database_owner import settle
from devstack.front_proxy import Door, Target
from devstack.places import place_of
from devstack.preflight import free_ports, port_taken, refuse_taken_port
from devstack.processes import Child
from devstack.programs import HOST
from devstack.rpc import Rpc, RpcError
from devstack.services import Services
from devstack.stamps import ROOT
from devstack.steps import manage

TOWN_STARTS_BEFORE_SECONDS = 31 * 86_400
# Written when the town stands. A home without it was left half-built and is begun again.
_BUILT = "built.json"


class Stack:
    """One home, one port, and all the programs between them.

    Args:
        home: where everything is kept.
        port: the port people use, on 127.0.0.1.
        services: servers to use in place of the stack's own.
    """

    def __init__(self, home: Home, port: int, services: Services) -> None:
        self.home = home
        self.port = port
        self.services = services
        self._ports = dict(zip(("valkey", "anvil", "web"), free_ports(3), strict=True))
        self._children: list[Child] = []
        self._keeper = ChainKeeper(self.rpc_url, self.state_file)
        self._door = Door(Target(HOST, self._ports["web"]))

    @property
    def web_url(self) -> str:
        """The address people use."""
        return f"http://{HOST}:{self.port}"

    @property
    def rpc_url(self) -> str:
        """Anvil's address."""
        return f"http://{HOST}:{self._ports['anvil']}"

    @property
    def valkey_url(self) -> str:
        """The address of Valkey, or of the Redis in its place."""
        return self.services.redis or f"redis://{HOST}:{self._ports['valkey']}/0"

    @property
    def broker_url(self) -> str:
        """Where tasks go."""
        return self.services.broker or self.valkey_url

    @property
    def database_url(self) -> str:
        """The database's address."""
        return self.services.database or f"sqlite:///{self.home.path / 'portal.sqlite3'}"

    @property
    def state_file(self) -> Path:
        """The chain between two runs."""
        return self.home.path / "anvil" / "chain.json"

    @property
    def environment(self) -> dict[str, str]:
        """What every child is told."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "daoportal.settings.embedded",
            "PORTAL_HOME": str(self.home.path),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.valkey_url,
            "CELERY_BROKER_URL": self.broker_url,
            "RPC_URLS": self.rpc_url,
            "CHAIN_ID": str(anvil.CHAIN_ID),
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            # glibc gives each of many threads a heap of its own, and keeps what each once held.
            "MALLOC_ARENA_MAX": "2",
        }

    async def run(self) -> None:
        """Bring the stack up, wait for a signal, take it down.

        Raises:
            StartError: something is in the way; one line says what.
        """
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, ended.set)
        starting = loop.create_task(self._start())
        waiting = loop.create_task(ended.wait())
        try:
            await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                await starting
                await waiting
            say("Stopping")
        finally:
            for task in (starting, waiting):
                task.cancel()
            await asyncio.gather(starting, waiting, return_exceptions=True)
            await self._stop()
        say("Stopped")

    async def _start(self) -> None:
        refuse_taken_port(self.port)
        self.home.ensure()
        await asyncio.to_thread(self.services.check)
        built = self._read_built()
        if built is None:
            self._clear()
        elif not self.state_file.exists():
            raise StartError(
                f"{self.home.path} holds a database but no chain: move it away to start a new town."
            )
        binary = await asyncio.to_thread(anvil.find_or_install, say)
        if not self.services.redis:
            await self._start_valkey()
        await self._start_anvil(binary, first=built is None)
        place = place_of(self.database_url)
        await settle(self.home, self.services, first=built is None, manage=self._manage, place=place)
        self.home.write_services(asdict(self.services))
        if built is None:
            await self._build()
        else:
            await self._resume(built)
        await self._serve()

    async def _start_valkey(self) -> None:
        say("Starting Valkey (cache, queue, live stream)")
        child = self._child("valkey", programs.valkey(self._ports["valkey"], self.home.path / "valkey"))
        child.start()
        await child.ready(self._valkey_answers, seconds=20)

    async def _valkey_answers(self) -> bool:
        return bool(await self._ask_valkey(lambda valkey: valkey.ping()))

    async def _worker_listens(self) -> bool:
        """Whether the worker waits at the queue: as a consumer in RabbitMQ, by a blocking pop in Redis."""
        if self.services.broker.startswith("amqp"):
            from devstack.server_checks import ask_broker

            try:
                return await asyncio.to_thread(ask_broker, self.services.broker, "default") > 0
            except OSError:
                return False
        clients = await self._ask_valkey(lambda valkey: valkey.client_list(), self.broker_url)
        return any(client["cmd"] == "brpop" for client in clients or ())

    async def _free_locks(self, worker: Child) -> None:
        """Let go of the locks a killed worker held: there is one worker, so nobody else holds them."""
        await self._ask_valkey(lambda valkey: [valkey.delete(key) for key in valkey.scan_iter("lock:*")])

    async def _ask_valkey(self, question: Callable[[redis.Redis], Any], url: str = "") -> Any:
        """Answer of a question put in a thread; None while Valkey is away or still reads its log."""

        def ask() -> Any:
            with redis.Redis.from_url(url or self.valkey_url, socket_timeout=2) as valkey:
                return question(valkey)

        try:
            return await asyncio.to_thread(ask)
        except redis.RedisError:
            return None

    async def _start_anvil(self, binary: Path, *, first: bool) -> None:
        say("Starting Anvil (the local chain)")
        genesis = int(time.time()) - TOWN_STARTS_BEFORE_SECONDS if first else None
        port = self._ports["anvil"]

        async def resume_newest(child: Child) -> None:
            child.command = anvil.command(binary, port, state=self.state_file)

        child = self._child(
            "anvil",
            anvil.command(binary, port, state=self.state_file, genesis_time=genesis),
            on_restart=resume_newest,
            # Anvil keeps scratch files there.
            HOME=str(self.home.path / "anvil"),
        )
        child.start()
        await child.ready(self._anvil_answers, seconds=60)

    async def _anvil_answers(self) -> bool:
        def ask() -> bool:
            rpc = Rpc(self.rpc_url, timeout=5)
            try:
                return int(rpc.call("eth_chainId"), 16) == anvil.CHAIN_ID
            except RpcError:
                return False
            finally:
                rpc.close()

        return await asyncio.to_thread(ask)

    async def _build(self) -> None:
        """First start: an empty database, the contracts, the town."""
        await self._manage("Preparing the database", "migrate", "--no-input")
        await self._collect_static()
        setup = self.home.path / "setup"
        await self._manage("Choosing the town's officers and rules", "demo_town", "--write-setup")
        await self._manage(
            "Deploying the contracts",
            "deploy_contracts",
            f"--chain-id={anvil.CHAIN_ID}",
            f"--officers={setup / 'officers.json'}",
            f"--parameters={setup / 'parameters.json'}",
        )
        await self._manage(
            "Raising the demo town (once; the chain walks through its last 30 days)", "demo_town"
        )
        await self._manage("Reading the chain", "sync_chain")
        await self._keeper.catch_up()
        await self._keeper.save()
        self._write_built()

    async def _resume(self, built: dict[str, Any]) -> None:
        """Later starts: only what changed since."""
        if built.get("migrations") != fingerprints.migrations():
            await self._manage("Bringing the database up to date", "migrate", "--no-input")
        await self._collect_static()
        self._write_built()
        await self._keeper.catch_up()

    async def _collect_static(self) -> None:
        stamp = self.home.path / "static.stamp"
        current = fingerprints.static_files()
        with contextlib.suppress(OSError):
            if stamp.read_text(encoding="ascii") == current:
                return
        await self._manage(
            "Gathering static files", "collectstatic", "--no-input", "--clear", "--verbosity=0"
        )
        stamp.write_text(current, encoding="ascii")

    async def _manage(self, what: str, *arguments: str) -> str:
        return await manage(
            what, arguments, environment=self.environment, cwd=ROOT, logs=self.home.path / "logs"
        )

    async def _serve(self) -> None:
        say("Starting web and worker")
        self._keeper.start()
        web = self._child("web", programs.web(self._ports["web"]), PORTAL_ROLE="all")
        worker = self._child("worker", [*programs.worker(), "--alone"], on_restart=self._free_locks)
        web.start()
        worker.start()
        await web.ready(lambda: self._http_answers(self._ports["web"]), seconds=60)
        await worker.ready(self._worker_listens, seconds=60)
        try:
            await self._door.open(HOST, self.port)
        except OSError as error:
            raise port_taken(self.port) from error
        self.home.write_stack(self._facts())
        print(f"ready {self.web_url}", flush=True)

    async def _http_answers(self, port: int) -> bool:
        try:
            reader, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            return False
        try:
            writer.write(b"GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return (await reader.readline()).startswith(b"HTTP/1.1 ")
        except OSError:
            return False
        finally:
            writer.close()

    def _facts(self) -> dict[str, Any]:
        deployment = json.loads(
            (self.home.path / "deployments" / f"{anvil.CHAIN_ID}.json").read_text("utf-8")
        )
        contracts = {
            name: value["address"] if isinstance(value, dict) else value
            for name, value in deployment["contracts"].items()
        }
        people = json.loads((self.home.path / "people.json").read_text("utf-8"))
        return {
            "web": self.web_url,
            "rpc": self.rpc_url,
            "valkey": place_of(self.valkey_url),
            "broker": place_of(self.broker_url),
            "database": place_of(self.database_url),
            "chainId": anvil.CHAIN_ID,
            "contracts": contracts,
            "people": people,
        }

    def _child(
        self,
        name: str,
        command: list[str],
        *,
        on_restart: Callable[[Child], Awaitable[None]] | None = None,
        **environment: str,
    ) -> Child:
        child = Child(
            name,
            command,
            environment={**self.environment, **environment},
            log=self.home.path / "logs" / f"{name}.log",
            cwd=ROOT,
            on_restart=on_restart,
            on_start=self._write_processes,
        )
        self._children.append(child)
        return child

    def _write_processes(self, started: Child) -> None:
        """Keep ``processes.json`` true: name and process id of every child that runs."""
        running = {child.name: child.pid for child in self._children if child.running}
        self.home.write_private(self.home.path / "processes.json", json.dumps(running) + "\n")

    async def _stop(self) -> None:
        await self._door.close()
        by_name = {child.name: child for child in self._children}
        # Those who write stop before those who keep.
        writers = [child for child in self._children if child.name not in {"anvil", "valkey"}]
        await asyncio.gather(*(child.stop() for child in writers))
        chain = by_name.get("anvil")
        if chain is not None and chain.running and self._read_built() is not None:
            await self._keeper.stop()
        await asyncio.gather(*(by_name[name].stop() for name in ("anvil", "valkey") if name in by_name))

    def _read_built(self) -> dict[str, Any] | None:
        try:
            data = json.loads((self.home.path / _BUILT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return data if isinstance(data, dict) else None

    def _write_built(self) -> None:
        facts = {"anvil": anvil.VERSION, "migrations": fingerprints.migrations()}
        self.home.write_private(self.home.path / _BUILT, json.dumps(facts) + "\n")

    def _clear(self) -> None:
        """Remove what an unfinished first start left, and nothing else."""
        for name in ("anvil", "valkey", "deployments", "content", "media", "setup"):
            shutil.rmtree(self.home.path / name, ignore_errors=True)
        for pattern in ("portal.sqlite3*", "people.json", "stack.json", "processes.json"):
            for path in self.home.path.glob(pattern):
                path.unlink()
        self.home.ensure()
