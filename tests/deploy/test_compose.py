"""The compose file: valid, hardened, every secret a file, every setting known."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from tests.deploy.files import DEPLOY, GIVEN, OURS, compose, pinned, settings_problems

SERVICES: dict[str, dict[str, Any]] = compose()["services"]
ONCE = {"migrate", "mongodb-replica-set"}


def test_file_is_a_compose_file() -> None:
    known = PyCompose.from_yaml(yaml.safe_dump(compose(), sort_keys=False))
    assert set(known.service_names()) == set(SERVICES)


@pytest.mark.parametrize(
    ("right", "wrong"), [("read_only", "readonly"), ("service_healthy", "service_helthy"), ("60s", "sixty")]
)
def test_a_slip_of_the_pen_is_noticed(right: str, wrong: str) -> None:
    text = yaml.safe_dump(compose(), sort_keys=False).replace(right, wrong)
    with pytest.raises(ValueError, match=r"\w"):
        PyCompose.from_yaml(text)


@pytest.mark.parametrize("missing", sorted(GIVEN))
def test_what_a_person_must_say_has_no_default(missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        compose({name: value for name, value in GIVEN.items() if name != missing})


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_service_may_do_nothing_but_its_work(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "cap_add" not in service
    assert "privileged" not in service
    user, _, group = service["user"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert pinned(service["image"])


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE - set(OURS)))
def test_service_of_others_tells_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", OURS)
def test_service_is_told_what_it_needs_and_no_secret_in_the_open(name: str) -> None:
    service = SERVICES[name]
    assert settings_problems(service["environment"]) == []
    # The image's own check asks web and live at their port, the others by their file.
    assert ("ALIVE_FILE" in service["environment"]) is (name not in {"web", "live", "migrate"})
    paths = {f"/run/secrets/{secret}" for secret in service["secrets"]}
    files = {value for key, value in service["environment"].items() if value.startswith("/run/secrets/")}
    assert files == paths, "each mounted secret is read, each that is read is mounted"


def test_every_secret_is_a_file_that_the_script_makes_or_the_operator_brings() -> None:
    declared = compose()["secrets"]
    used: set[str] = set()
    for service in SERVICES.values():
        used |= {item if isinstance(item, str) else item["source"] for item in service.get("secrets", ())}
    assert used == set(declared)
    assert all(set(secret) == {"file"} for secret in declared.values())
    script = (DEPLOY / "make-secrets.sh").read_text(encoding="utf-8")
    brought = {"tls_certificate", "tls_key"}
    for name, secret in declared.items():
        assert name in brought or secret["file"] == f"./secrets/{name}"
        assert name in brought or name in script


def test_relayer_alone_holds_the_key_that_pays() -> None:
    holders = {name for name in OURS if "relayer_private_key" in SERVICES[name]["secrets"]}
    assert holders == {"relayer"}


def test_waiting_is_for_services_that_tell_when_they_are_ready() -> None:
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how["condition"] == expected


def test_stores_are_reached_by_ours_alone() -> None:
    assert compose()["networks"]["inside"]["internal"] is True
    for name in ("mongodb", "mongodb-replica-set", "redis", "rabbitmq"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}


def test_every_queue_is_worked_off_and_every_loop_runs() -> None:
    from django.conf import settings

    from core.queue import loops

    worked = {
        argument.partition("=")[2]
        for argument in SERVICES["worker"]["command"]
        if argument.startswith("--queues=")
    }
    assert worked == {queue.name for queue in settings.CELERY_TASK_QUEUES}
    commands = [service.get("command", []) for service in SERVICES.values()]
    run = {name for command in commands if "run_loops" in command for name in command[3:]}
    assert run == set(loops.names())
