"""The template as a deployment would see it: its parts, what its expressions speak of, and what must hold of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from bicep_cost.armexpr import is_unknown
from bicep_cost.engine import DeploymentSettings, Engine

from infra.local.pieces import ROOT


if TYPE_CHECKING:
    from collections.abc import Iterator

RESOURCES = ROOT / "infra/azure/resources.json"
SHELL = ROOT / "infra/main.bicep"
PARAMETERS = ROOT / "infra/main.parameters.json"
# Flex Consumption refuses or ignores these: https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan
DEPRECATED_ON_FLEX = re.compile(
    r"FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|FUNCTIONS_WORKER_PROCESS_COUNT|SCM_DO_BUILD_DURING_DEPLOYMENT"
    r"|ENABLE_ORYX_BUILD|WEBSITE_RUN_FROM_PACKAGE|WEBSITE_CONTENT\w+|WEBSITE_TIME_ZONE|WEBSITE_VNET_ROUTE_ALL"
    r"|WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT|linuxFxVersion|healthCheckPath|AzureWebJobsDashboard"
)
KEYS = re.compile(
    r"listKeys|listAccountSas|AccountKey|SharedAccessSignature|DefaultEndpointsProtocol", re.IGNORECASE
)
NEEDS = "dependsOn"
CREDENTIALS = "microsoft.web/sites/basicpublishingcredentialspolicies"
LONGEST = {
    "microsoft.storage/storageaccounts": 24,
    "microsoft.keyvault/vaults": 24,
    "microsoft.web/sites": 32,  # the host's id in its storage has no more
    "microsoft.web/serverfarms": 40,
    "microsoft.managedidentity/userassignedidentities": 24,
}
ROLES = {  # which the host and the app cannot do without
    ("st", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"),  # Storage Blob Data Owner
    ("st", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"),  # Storage Table Data Contributor
    ("appi-", "3913510d-42f4-4e42-8a64-420c390055eb"),  # Monitoring Metrics Publisher
}
ANY = {
    "token": "abcdefghijk12",
    "location": "westeurope",
    "tags": {"azd-env-name": "test"},
    "instanceMemoryMB": 2048,
    "maximumInstances": 40,
    "alwaysReadyHttp": 1,
    "alwaysReadyTimer": 0,
    "redundancy": "Standard_ZRS",
    "zoneRedundant": False,
    "backups": False,
    "deleteLock": False,
    "privateNetwork": False,
    "keyVault": False,
    "dailyLogGB": 1,
    "alertMailbox": "",
    "monthlyBudget": 0,
    "budgetStart": "2026-01-01",
    "customDomain": "",
    "certificate": False,
    "publicUrl": "",
    "frontDoorId": "",
    "mailFrom": "bookings@example.org",
    "administrators": "admin@example.org",
    "oidcIssuer": "",
    "oidcClientId": "",
    "oidcEmailClaim": "",
    "moreSettings": "",
    "secret": "s" * 40,
    "operatorKey": "k" * 40,
    "eventGridKey": "e" * 40,
    "smtp": "smtp://a:b@mail.example:587",
    "oidcClientSecret": "",
}
ALL_ON = ANY | {
    "alwaysReadyTimer": 1,
    "zoneRedundant": True,
    "backups": True,
    "deleteLock": True,
    "privateNetwork": True,
    "keyVault": True,
    "alertMailbox": "ops@example.org",
    "monthlyBudget": 200,
    "customDomain": "book.example.org",
    "certificate": True,
    "frontDoorId": "11111111-2222-3333-4444-555555555555",
    "moreSettings": "OPENSLOT_STUN=stun:stun.example:3478|OPENSLOT_LIMITS=address=60/1",
    "oidcClientSecret": "c" * 40,
}
VARIANTS = {"plain": ANY, "all on": ALL_ON, "first pass": ANY | {"customDomain": "book.example.org"}}


def read_template() -> dict[str, Any]:
    return json.loads(RESOURCES.read_text())


def expanded(template: dict[str, Any], parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the resources that a deployment with these parameters creates, as far as it is known beforehand."""
    engine = Engine(DeploymentSettings())
    engine.expand({**template, "resources": [_with_needs(one) for one in template["resources"]]}, parameters)
    return [_plain(resource.body) for resource in engine.resources]


def _with_needs(resource: dict[str, Any]) -> dict[str, Any]:
    """Return a resource with its dependencies as a property, so that their expressions are evaluated too."""
    return {**resource, "properties": {**resource.get("properties", {}), NEEDS: resource.get("dependsOn", [])}}


def _plain(value: Any) -> Any:
    if is_unknown(value):
        return "known-when-deployed"
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def mistakes(template: dict[str, Any], python: str, timers: set[str]) -> list[str]:
    """Return what is wrong with the template, for a package of this Python with these timers."""
    found = [*_of_its_text(template), *_of_dependencies(template), *_of_outputs(template)]
    for variant, parameters in VARIANTS.items():
        resources = expanded(template, parameters)
        found += [f"{variant}: {one}" for one in _of_resources(resources, python, timers)]
    return found


def _of_its_text(template: dict[str, Any]) -> Iterator[str]:
    text = json.dumps(template)
    yield from (f"a key of the storage: {one}" for one in KEYS.findall(text))
    yield from (f"not on Flex Consumption: {one}" for one in DEPRECATED_ON_FLEX.findall(text))
    for name in re.findall(r"parameters\('(\w+)'\)", json.dumps({**template, "resources": _outer(template)})):
        if name not in template["parameters"]:
            yield f"there is no parameter {name}"
    for name in re.findall(r"variables\('(\w+)'\)", text):
        if name not in template["variables"] and name not in {
            one["name"] for one in template["variables"]["copy"]
        }:
            yield f"there is no variable {name}"
    used = set(re.findall(r"(?:parameters|variables)\('(\w+)'\)", text))
    declared = {
        *template["parameters"],
        *template["variables"],
        *(one["name"] for one in template["variables"]["copy"]),
    }
    yield from (f"{name} is used nowhere" for name in sorted(declared - used - {"copy"}))
    for name, parameter in template["parameters"].items():
        is_secret = bool(re.search(r"secret|key$|smtp|password", name, re.IGNORECASE))
        if is_secret != (parameter["type"] == "securestring"):
            yield f"the parameter {name} is {parameter['type']}"


def _outer(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the resources without the insides of nested deployments, which have parameters of their own."""
    kept = json.loads(json.dumps(template["resources"]))
    for resource in kept:
        if resource["type"] == "Microsoft.Resources/deployments":
            del resource["properties"]["template"]
    return kept


def _of_dependencies(template: dict[str, Any]) -> Iterator[str]:
    """Yield each dependency on what the template does not create, and each use of a resource without one on it."""
    copies = {one["copy"]["name"] for one in template["resources"] if "copy" in one}
    resources = expanded(template, ALL_ON)
    there = {_identity(one) for one in resources} | {name.lower() for name in copies}
    for resource in resources:
        for dependency in resource.get("properties", {}).get(NEEDS, []):
            if _tail(dependency) not in there:
                yield f"{resource['name']} depends on {dependency}, which is not there"


def _identity(resource: dict[str, Any]) -> str:
    return _pairs(resource["type"], resource["name"])


def _pairs(kind: str, name: str) -> str:
    (provider, *kinds), names = kind.lower().split("/"), name.lower().split("/")
    return "/".join([provider, *(f"{a}/{b}" for a, b in zip_longest(kinds, names, fillvalue="?"))])


def _tail(dependency: str) -> str:
    """Return the last resource of an id: `…/providers/Microsoft.Web/sites/x` is microsoft.web/sites/x."""
    return dependency.lower().rpartition("/providers/")[2]


def _of_outputs(template: dict[str, Any]) -> Iterator[str]:
    secret = {name for name, one in template["parameters"].items() if one["type"] == "securestring"}
    for name, output in template["outputs"].items():
        text = json.dumps(output)
        leaks = {one for one in secret if f"'{one}'" in text} or re.findall(r"list\w+\(|settings|further", text)
        if leaks or output["type"].startswith("secure"):
            yield f"the output {name} shows a secret"


def _of_resources(resources: list[dict[str, Any]], python: str, timers: set[str]) -> Iterator[str]:
    by_type: dict[str, list[dict[str, Any]]] = {}
    for resource in resources:
        by_type.setdefault(resource["type"].lower(), []).append(resource)
    yield from _of_names(resources)
    for account in by_type.get("microsoft.storage/storageaccounts", []):
        yield from _of_account(account["name"], account["properties"])
    for container in by_type.get("microsoft.storage/storageaccounts/blobservices/containers", []):
        if container["properties"].get("publicAccess") != "None":
            yield f"blobs of {container['name']} are public"
    yield from _of_roles(by_type.get("microsoft.authorization/roleassignments", []))
    (site,) = by_type["microsoft.web/sites"]
    yield from _of_site(site["properties"], python, timers)
    closed = {
        one["name"].rpartition("/")[2]
        for one in by_type.get(CREDENTIALS, [])
        if one["properties"]["allow"] is False
    }
    if closed != {"scm", "ftp"}:
        yield "passwords can publish to the app"


def _of_names(resources: list[dict[str, Any]]) -> Iterator[str]:
    for one in resources:
        most = LONGEST.get(one["type"].lower())
        if most and len(one["name"]) > most:
            yield f"{one['name']} is longer than {most}"
        if one["type"].lower() == "microsoft.storage/storageaccounts" and not re.fullmatch(
            "[a-z0-9]+", one["name"]
        ):
            yield f"{one['name']} is no name of a storage account"
    twice = [name for name, count in Counter(map(_place, resources)).items() if count > 1]
    yield from (f"{name} is there twice" for name in twice)


def _place(resource: dict[str, Any]) -> str:
    return f"{resource.get('scope', '')}/{_identity(resource)}"


def _of_account(name: str, properties: dict[str, Any]) -> Iterator[str]:
    wanted = {
        "allowSharedKeyAccess": False,
        "allowBlobPublicAccess": False,
        "defaultToOAuthAuthentication": True,
        "supportsHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_2",
        "allowCrossTenantReplication": False,
    }
    yield from (f"{name}: {key} is not {value}" for key, value in wanted.items() if properties.get(key) != value)


def _of_roles(roles: list[dict[str, Any]]) -> Iterator[str]:
    given = Counter((one.get("scope"), _last(one["properties"]["roleDefinitionId"])) for one in roles)
    yield from (
        f"the role {role} is given twice on {scope}" for (scope, role), count in given.items() if count > 1
    )
    for one in roles:
        if not one.get("scope"):
            yield f"the role {_last(one['properties']['roleDefinitionId'])} is given on everything"
        if one["properties"].get("principalType") != "ServicePrincipal":
            yield "a role does not say that it is given to a service principal"
    given_to = {(scope.rpartition("/")[2].split("abc")[0], role) for scope, role in given if scope}
    yield from (f"the role {role} on {scope}… is missing" for scope, role in sorted(ROLES - given_to))


def _last(role: str) -> str:
    return role.rpartition("/")[2]


def _of_site(site: dict[str, Any], python: str, timers: set[str]) -> Iterator[str]:
    config, flex = site["siteConfig"], site["functionAppConfig"]
    if config.get("ftpsState") != "Disabled":
        yield "FTP is on"
    for key in ("minTlsVersion", "scmMinTlsVersion"):
        if config.get(key) != "1.2":
            yield f"{key} is not 1.2"
    if site.get("httpsOnly") is not True:
        yield "http is let in"
    if flex["runtime"] != {"name": "python", "version": python}:
        yield f"the runtime is not Python {python}, which the package is for"
    for ready in flex["scaleAndConcurrency"]["alwaysReady"]:
        name = ready["name"].removeprefix("function:")
        if name != "http" and name not in timers:
            yield f"there is no function {name}"
    if flex["deployment"]["storage"]["authentication"]["type"] != "UserAssignedIdentity":
        yield "the package is fetched without the identity"


def app_settings(resources: list[dict[str, Any]]) -> dict[str, str]:
    """Return the settings of the app."""
    (site,) = [one for one in resources if one["type"] == "Microsoft.Web/sites"]
    return {one["name"]: one["value"] for one in site["properties"]["siteConfig"]["appSettings"]}
