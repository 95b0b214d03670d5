"""What `azd up` would deploy: one template without a mistake that can be seen beforehand, and seeded ones are seen."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from copy import deepcopy
from dataclasses import fields

import pycep
import pytest

from functions import routes
from functions.settings.app import KNOWN, read_settings
from infra.azure.after import left_to_do
from infra.azure.before import MADE_ONCE, STARTS, WANTED
from infra.azure.package import PYTHON, is_kept
from infra.local.pieces import ROOT
from shared.use_cases.messages.send_counts import SendCounts
from tests.infra.azure.template import (
    ALL_ON,
    ANY,
    PARAMETERS,
    SHELL,
    VARIANTS,
    app_settings,
    expanded,
    mistakes,
    read_template,
)


TIMERS = {one.name for one in routes.TIMERS}
TEMPLATE = read_template()


def of_type(template, kind):
    return [one for one in template["resources"] if one["type"].lower() == kind.lower()]


def test_the_template_has_no_mistake():
    assert mistakes(TEMPLATE, PYTHON, TIMERS) == []


SEEDED = {
    "shared keys are allowed": lambda t: of_type(t, "Microsoft.Storage/storageAccounts")[0]["properties"].update(
        allowSharedKeyAccess=True
    ),
    "the backups' account has keys": lambda t: of_type(t, "Microsoft.Storage/storageAccounts")[1][
        "properties"
    ].update(allowSharedKeyAccess=True),
    "blobs are public": lambda t: of_type(t, "Microsoft.Storage/storageAccounts/blobServices/containers")[0][
        "properties"
    ].update(publicAccess="Blob"),
    "old TLS": lambda t: of_type(t, "Microsoft.Web/sites")[0]["properties"]["siteConfig"].update(
        minTlsVersion="1.0"
    ),
    "FTP": lambda t: of_type(t, "Microsoft.Web/sites")[0]["properties"]["siteConfig"].update(ftpsState="FtpsOnly"),
    "publishing by password": lambda t: t["resources"].remove(
        of_type(t, "Microsoft.Web/sites/basicPublishingCredentialsPolicies")[0]
    ),
    "a role twice": lambda t: t["resources"].append(
        deepcopy(of_type(t, "Microsoft.Authorization/roleAssignments")[0])
    ),
    "a role less": lambda t: t["resources"].remove(of_type(t, "Microsoft.Authorization/roleAssignments")[1]),
    "a role on everything": lambda t: of_type(t, "Microsoft.Authorization/roleAssignments")[1].pop("scope"),
    "a setting that Flex has not": lambda t: t["variables"]["settings"].append(
        {"name": "FUNCTIONS_WORKER_RUNTIME", "value": "python"}
    ),
    "a dependency on nothing": lambda t: of_type(t, "Microsoft.Web/sites")[0]["dependsOn"].append(
        "[resourceId('Microsoft.Web/serverfarms', 'other')]"
    ),
    "a long name": lambda t: t["variables"].update(storage="[format('storage{0}account', parameters('token'))]"),
    "another Python": lambda t: of_type(t, "Microsoft.Web/sites")[0]["properties"]["functionAppConfig"][
        "runtime"
    ].update(version="3.11"),
    "a timer that is not there": lambda t: t["variables"].update(
        ready=t["variables"]["ready"].replace("send_due_messages", "send_due_message")
    ),
    "a secret in an output": lambda t: t["outputs"].update(
        s={"type": "string", "value": "[parameters('secret')]"}
    ),
    "a key in an output": lambda t: t["outputs"].update(
        k={"type": "string", "value": "[listKeys(variables('storageId'), '2025-01-01').keys[0].value]"}
    ),
    "a secret as plain text": lambda t: t["parameters"]["smtp"].update(type="string"),
    "a parameter misspelt": lambda t: t["variables"].update(app="[format('func-{0}', parameters('tokn'))]"),
    "a variable misspelt": lambda t: t["variables"].update(blobs="[variables('storag')]"),
    "what nobody uses": lambda t: t["variables"].update(left="over"),
    "http": lambda t: of_type(t, "Microsoft.Web/sites")[0]["properties"].update(httpsOnly=False),
}


@pytest.mark.walk
@pytest.mark.parametrize("seed", SEEDED)
def test_a_seeded_mistake_is_caught(seed):
    template = deepcopy(TEMPLATE)
    SEEDED[seed](template)
    assert mistakes(template, PYTHON, TIMERS) != []


def test_each_switch_makes_what_it_says():
    kinds = {name: {one["type"] for one in expanded(TEMPLATE, chosen)} for name, chosen in VARIANTS.items()}
    assert not any("KeyVault" in one or "Network" in one or "locks" in one for one in kinds["plain"])
    assert "Microsoft.Web/sites/hostNameBindings" in kinds["first pass"] - kinds["plain"]
    assert "Microsoft.Web/sites/certificates" not in kinds["first pass"]
    wanted = {
        "Microsoft.KeyVault/vaults/secrets",
        "Microsoft.Network/privateEndpoints",
        "Microsoft.Web/sites/certificates",
        "Microsoft.Authorization/locks",
        "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies",
    }
    assert wanted <= kinds["all on"]


def test_queries_ask_for_what_events_have():
    facts = {"kind", "name", "outcome", "by", *(one.name for one in fields(SendCounts))}
    facts |= {"ms", "cpu", "depth", "requests", "transactions"}
    queries = [one["query"] for one in (*TEMPLATE["variables"]["charts"], *TEMPLATE["variables"]["alerts"])]
    assert {name for query in queries for name in re.findall(r"\be\.(\w+)", query)} <= facts
    names = {one.name for one in routes.ROUTES}
    asked = {name for query in queries for name in re.findall(r"e\.name == '(\w+)'", query)}
    begun = {name for query in queries for name in re.findall(r"e\.name startswith '(\w+)'", query)}
    assert asked <= names
    assert all(any(name.startswith(one) for name in names) for one in begun)


def test_what_sampling_left_out_is_counted_and_no_alert_counts_sampled_requests():
    variables, kept = TEMPLATE["variables"], json.loads((ROOT / "host.json").read_text())["logging"]
    charts = [one["query"] for one in variables["charts"] if re.search(r"\b(count|sum)\(", one["query"])]
    assert charts
    assert not [one for one in charts if "ItemCount" not in one]
    assert "Request" in kept["applicationInsights"]["samplingSettings"]["excludedTypes"].split(";")
    assert not [one for one in variables["alerts"] if "e.kind == 'request'" in one["query"]]


def test_the_workbook_is_json_with_a_chart_for_each_query():
    (book,) = [one for one in expanded(TEMPLATE, ANY) if one["type"] == "Microsoft.Insights/workbooks"]
    items = json.loads(book["properties"]["serializedData"])["items"]
    assert [one["content"]["title"] for one in items] == [one["title"] for one in TEMPLATE["variables"]["charts"]]
    assert all(one["content"]["query"].startswith("AppTraces") for one in items)


def test_a_vault_keeps_every_secret_out_of_the_settings():
    shown = json.dumps(app_settings(expanded(TEMPLATE, ALL_ON)))
    for name in ("secret", "operatorKey", "eventGridKey", "smtp", "oidcClientSecret"):
        assert ALL_ON[name] not in shown
    assert app_settings(expanded(TEMPLATE, ANY))["OPENSLOT_SECRET"] == ANY["secret"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_app_takes_the_settings_that_it_is_given(variant):
    given = app_settings(expanded(TEMPLATE, VARIANTS[variant]))
    assert {name for name in given if name.startswith("OPENSLOT_")} <= KNOWN
    platform = {"IDENTITY_ENDPOINT": "http://localhost:1/msi", "IDENTITY_HEADER": "h"}
    vault = {
        "OPENSLOT_SECRET": "8f" * 8 + "3c" * 8 + "a1b2c3d4e5f60718",
        "OPENSLOT_SMTP": "",
        "OPENSLOT_OPERATOR_KEY": "",
        "OPENSLOT_EVENT_GRID_KEY": "",
    }
    plain = {"OPENSLOT_OIDC_CLIENT_SECRET": ""}
    read = read_settings({**given, **platform, **vault, **plain})
    assert read.platform is not None
    assert read.tables.startswith("https://stabcdefghijk12.table.")


def test_settings_of_ones_own_are_added_as_they_are():
    given = app_settings(expanded(TEMPLATE, ALL_ON))
    assert (given["OPENSLOT_STUN"], given["OPENSLOT_LIMITS"]) == ("stun:stun.example:3478", "address=60/1")


def shell():
    return pycep.BicepParser().parse(text=SHELL.read_text())


def test_the_shell_can_be_parsed_and_passes_every_parameter_on():
    parsed = shell()
    (module,) = parsed["modules"].values()
    assert module["detail"]["path"] == "azure/resources.json"
    passed = module["config"]["params"]
    assert set(passed) == set(TEMPLATE["parameters"])
    given = set(parsed["parameters"]) | set(parsed["variables"])
    named = set(re.findall(r"^    \w+: (?:int|bool)?\(?(\w+)\)?$", SHELL.read_text(), re.MULTILINE))
    assert named <= given
    assert len(named) == len(passed)


def test_what_is_secret_in_the_template_is_secret_in_the_shell():
    text = SHELL.read_text()
    secret = set(re.findall(r"@secure\(\)\nparam (\w+)", text))
    assert secret == {name for name, one in TEMPLATE["parameters"].items() if one["type"] == "securestring"}


def test_every_number_and_switch_is_turned_from_text():
    text = SHELL.read_text()
    for name, one in TEMPLATE["parameters"].items():
        if one["type"] in ("int", "bool"):
            assert f"    {name}: {one['type']}({name})\n" in text, name


def test_the_environment_fills_every_parameter_of_the_shell():
    parameters = json.loads(PARAMETERS.read_text())["parameters"]
    assert set(parameters) == set(shell()["parameters"])
    for name, one in parameters.items():
        assert re.fullmatch(r"\$\{(AZURE|OPENSLOT)_[A-Z_]+(=[\w.]*)?\}", one["value"]), name


def test_outputs_of_the_shell_are_the_templates():
    used = set(re.findall(r"app\.outputs\.(\w+)", SHELL.read_text()))
    assert used == set(TEMPLATE["outputs"])


def a_stand_in_for_azd(folder):
    command = folder / "azd"
    command.write_text(f'#!/bin/sh\necho "$@" >> {folder}/calls\n')
    command.chmod(0o755)
    return folder / "calls"


def run_before(folder, **environ):
    env = {"PATH": f"{folder}:{os.environ['PATH']}", **environ}
    return subprocess.run(
        [sys.executable, str(ROOT / "infra/azure/before.py")], env=env, capture_output=True, text=True, check=False
    )


def test_secrets_are_made_once_and_shown_to_nobody(tmp_path):
    calls = a_stand_in_for_azd(tmp_path)
    first = run_before(tmp_path)
    assert first.returncode == 0
    made = dict(line.split()[2:] for line in calls.read_text().splitlines())
    assert set(made) == {*MADE_ONCE, STARTS}
    assert re.fullmatch(r"\d{4}-\d\d-01", made[STARTS])
    assert all(re.fullmatch("[0-9a-f]{64}", one) and one not in first.stdout for one in map(made.get, MADE_ONCE))
    assert all(name in first.stdout for name in WANTED)
    second = run_before(tmp_path, **made, **dict.fromkeys(WANTED, "set"))
    assert (second.stdout, len(calls.read_text().splitlines())) == ("", len(MADE_ONCE) + 1)


def test_without_azd_nothing_is_half_done(tmp_path):
    (tmp_path / "azd").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "azd").chmod(0o755)
    done = run_before(tmp_path)
    assert (done.returncode, "could not be kept" in done.stderr) == (1, True)


def test_what_is_left_to_do_follows_the_two_passes_of_a_domain():
    outputs = {"OPENSLOT_HOST": "func-a.azurewebsites.net", "OPENSLOT_VERIFICATION": "AB12"}
    before = "\n".join(left_to_do(outputs))
    assert "TXT    asuid.book.example.org  AB12" in before
    assert "azd env set OPENSLOT_DOMAIN" in before
    bound = "\n".join(left_to_do({**outputs, "OPENSLOT_DOMAIN": "book.clinic.test"}))
    assert "CNAME  book.clinic.test  func-a.azurewebsites.net" in bound
    assert "OPENSLOT_CERTIFICATE true" in bound
    done = "\n".join(
        left_to_do({**outputs, "OPENSLOT_DOMAIN": "book.clinic.test", "OPENSLOT_CERTIFICATE": "true"})
    )
    assert "asuid" not in done
    by_azure = "\n".join(left_to_do({**outputs, "OPENSLOT_SMTP": "azure://x.communication.azure.com"}))
    assert "https://func-a.azurewebsites.net/azure/events" in by_azure
    assert "https://book.clinic.test/console/sign-in/done" in done
    assert "takes names such as book.clinic.test" in "\n".join(
        left_to_do({**outputs, "OPENSLOT_DOMAIN": "clinic.test"})
    )


def test_the_package_keeps_what_babel_is_asked_for():
    from babel.core import Locale, UnknownLocaleError, get_global

    for territory in set(get_global("territory_languages")):
        try:
            place = str(Locale.parse(f"und_{territory}"))
        except UnknownLocaleError:
            continue
        assert is_kept(place), territory
    assert all(map(is_kept, ("root", "en", "en_GB", "fr", "fr_CA", "pt_BR", "ru")))
    assert not any(map(is_kept, ("de", "sr_Cyrl", "zh_Hant")))
