"""The manifests: valid, hardened, probed, told what they need, and in step with the compose file."""

from __future__ import annotations

from typing import Any

import kubernetes_validate
import pytest

from tests.deploy.files import KUBERNETES, NGINX, compose, manifests, pinned, pod_environment, pods, resources
from tests.deploy.files import settings_problems as problems

VERSION = "1.34"
PORTAL = sorted(set(pods()) - {"proxy"})


@pytest.mark.parametrize(
    ("file", "item"), [pytest.param(file, item, id=f"{file}-{item['kind']}") for file, item in manifests()]
)
def test_manifest_is_valid(file: str, item: dict[str, Any]) -> None:
    if item["kind"] == "Kustomization":
        assert set(item["resources"]) == {path.name for path in KUBERNETES.glob("*.yaml")} - {file}
    else:
        kubernetes_validate.validate(item, VERSION, strict=True)


def test_nothing_secret_is_written_down() -> None:
    assert resources("Secret") == {}


@pytest.mark.parametrize("name", sorted(pods()))
def test_pod_may_do_nothing_but_its_work(name: str) -> None:
    pod = pods()[name]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"]:
        assert pinned(container["image"])
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory"} <= set(container["resources"]["requests"])
        assert "memory" in container["resources"]["limits"]
    assert all("hostPath" not in volume for volume in pod["volumes"])


@pytest.mark.parametrize("name", sorted(resources("Deployment")))
def test_deployment_has_all_three_probes(name: str) -> None:
    (container,) = pods()[name]["containers"]
    probes = [container[kind] for kind in ("startupProbe", "livenessProbe", "readinessProbe")]
    if name in {"web", "live"}:
        paths = [probe["httpGet"]["path"] for probe in probes]
        assert paths == ["/api/health/live", "/api/health/live", "/api/health/ready"]
    elif name != "proxy":
        assert {tuple(probe["exec"]["command"]) for probe in probes} == {("python", "deploy/healthcheck.py")}
        assert "ALIVE_FILE" in pod_environment(pods()[name])


@pytest.mark.parametrize("name", PORTAL)
def test_pod_is_told_what_it_needs_and_no_secret_in_the_open(name: str) -> None:
    pod = pods()[name]
    told = pod_environment(pod)
    assert problems(told) == []
    mounts = [mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]]
    for variable, path in told.items():
        if variable.endswith("_FILE") and path.startswith("/run/secrets"):
            assert path.rpartition("/")[0] in mounts, f"{variable} lies outside every mounted secret"


def test_relayer_alone_holds_the_key_that_pays() -> None:
    holders = {name for name in PORTAL if "RELAYER_PRIVATE_KEY_FILE" in pod_environment(pods()[name])}
    mounted = {
        name
        for name, pod in pods().items()
        if any(volume.get("secret", {}).get("secretName") == "portal-relayer" for volume in pod["volumes"])
    }
    assert holders == mounted == {"relayer"}
    assert not any("DEPLOYER" in variable for name in PORTAL for variable in pod_environment(pods()[name]))


@pytest.mark.parametrize("name", PORTAL)
def test_same_command_and_role_as_in_the_compose_file(name: str) -> None:
    service = compose()["services"][name]
    assert pods()[name]["containers"][0]["args"] == service["command"]
    assert pod_environment(pods()[name])["PORTAL_ROLE"] == service["environment"]["PORTAL_ROLE"]


def test_proxy_is_configured_as_the_file_says() -> None:
    assert resources("ConfigMap")["proxy"]["data"]["nginx.conf"] == NGINX.read_text(encoding="utf-8")


def test_what_serves_people_scales_and_outlives_a_node() -> None:
    assert {"web", "live", "worker"} == set(resources("HorizontalPodAutoscaler"))
    for scaler in resources("HorizontalPodAutoscaler").values():
        assert scaler["spec"]["minReplicas"] >= 2
        # A number there would undo the scaler's at every apply.
        assert "replicas" not in resources("Deployment")[scaler["metadata"]["name"]]["spec"]
    assert {"web", "live", "worker", "proxy"} == set(resources("PodDisruptionBudget"))


def test_selectors_meet_their_pods() -> None:
    labels = {
        name: item["spec"]["template"]["metadata"]["labels"] for name, item in resources("Deployment").items()
    }
    for name, item in resources("Deployment").items():
        assert item["spec"]["selector"]["matchLabels"].items() <= labels[name].items()
    for name, item in resources("Service").items():
        assert item["spec"]["selector"].items() <= labels[name].items()
        ports = {port["name"] for port in pods()[name]["containers"][0]["ports"]}
        assert {port["targetPort"] for port in item["spec"]["ports"]} <= ports
    for name, item in resources("PodDisruptionBudget").items():
        assert item["spec"]["selector"]["matchLabels"].items() <= labels[name].items()


def test_nobody_speaks_but_who_is_allowed() -> None:
    policies = resources("NetworkPolicy")
    assert policies["nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    (out,) = policies["services"]["spec"]["podSelector"]["matchExpressions"]
    assert set(out["values"]) == set(PORTAL)
    (rule,) = policies["servers"]["spec"]["ingress"]
    assert rule["from"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/component": "proxy"}}}]


def test_all_is_in_one_namespace_that_insists_on_restricted_pods() -> None:
    (namespace,) = resources("Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    for _, item in manifests():
        if item["kind"] not in {"Namespace", "Kustomization"}:
            assert item["metadata"]["namespace"] == namespace["metadata"]["name"]
