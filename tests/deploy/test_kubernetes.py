"""The manifests: right by Kubernetes' own schemas, and in agreement with each other and with the image."""

import re
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDER = ROOT / "deploy" / "kubernetes"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
RESOURCES = [each for name in KUSTOMIZATION["resources"] for each in yaml.safe_load_all((FOLDER / name).read_text())]
BY_NAME = {(each["kind"], each["metadata"]["name"]): each for each in RESOURCES}
PODS = {
    name: each["spec"]["template"]["spec"] for (_, name), each in BY_NAME.items() if "template" in each.get("spec", {})
}
OLDEST, NEWEST = "1.33", "1.37"


def named(resource) -> str:
    return f"{resource['kind']}-{resource['metadata']['name']}"


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("resource", RESOURCES, ids=named)
def test_resource_is_what_kubernetes_takes(resource, version):
    kubernetes_validate.validate(resource, version, strict=True)


def test_a_misspelt_field_is_noticed():
    deployment = BY_NAME["Deployment", "portal"]
    wrong = deployment | {"spec": deployment["spec"] | {"replica": 2}}

    with pytest.raises(kubernetes_validate.ValidationError, match="replica"):
        kubernetes_validate.validate(wrong, NEWEST, strict=True)


def test_all_files_are_named():
    files = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}

    assert {*KUSTOMIZATION["resources"]} == files


def test_what_is_needed_is_there():
    assert sorted(BY_NAME) == [
        ("Deployment", "jobs"),
        ("Deployment", "portal"),
        ("HorizontalPodAutoscaler", "portal"),
        ("Ingress", "portal"),
        ("Job", "migrate"),
        ("Namespace", "portal"),
        ("NetworkPolicy", "nobody"),
        ("NetworkPolicy", "readers"),
        ("NetworkPolicy", "services"),
        ("PodDisruptionBudget", "portal"),
        ("Service", "portal"),
    ]


@pytest.mark.parametrize("name", ["portal", "jobs", "migrate"])
def test_pods_are_what_kubernetes_calls_restricted(name):
    pod = PODS[name]
    [container] = pod["containers"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001  # whom the image makes
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["image"] == KUSTOMIZATION["images"][0]["name"]
    assert container["envFrom"] == [{"secretRef": {"name": KUSTOMIZATION["secretGenerator"][0]["name"]}}]
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/var/lib/portal", "/tmp"]
    assert "memory" in container["resources"]["limits"]


def test_user_is_that_of_the_image():
    assert "USER 10001:10001" in (ROOT / "Containerfile").read_text()


def test_whom_a_selector_names_is_there():
    labels = [
        each["spec"]["template"]["metadata"]["labels"] for each in RESOURCES if "template" in each.get("spec", {})
    ]
    selectors = [
        each["spec"][field].get("matchLabels", {})
        for each in RESOURCES
        for field in ("selector", "podSelector")
        if "matchLabels" in each.get("spec", {}).get(field, {})
    ]
    service = BY_NAME["Service", "portal"]["spec"]["selector"]

    assert len(selectors) == 5
    assert [each for each in (*selectors, service) if not any(each.items() <= pod.items() for pod in labels)] == []


def test_port_and_probes_are_the_portals():
    [container] = PODS["portal"]["containers"]

    assert container["ports"] == [{"name": "http", "containerPort": 8000}]
    assert "BIND=0.0.0.0:8000" in (ROOT / "Containerfile").read_text()
    paths = [container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "readiness", "liveness")]
    # With /health/ready as readiness all pods would be taken out when the database is away.
    assert paths == ["/health/ready", "/health/live", "/health/live"]


def test_version_of_the_image_is_that_of_the_portal():
    version = re.search(r'__version__ = "(.*)"', (ROOT / "portal/__init__.py").read_text())[1]

    assert KUSTOMIZATION["images"][0]["newTag"] == version
