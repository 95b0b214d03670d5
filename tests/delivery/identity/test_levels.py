"""How strong a sign-in has to be is asked for as its provider understands it, and read from what it signed."""

import json

import pytest

from shared.delivery.identity.levels import asking_for, levels_of


BOTH = {"acr_values_supported": ["1", "2", "3"]}


@pytest.mark.parametrize(
    ("document", "asked"),
    [
        ({}, {"acr_values": "3 2"}),
        (BOTH, {"acr_values": "3 2"}),
        ({"acr_values_supported": ["0", "2"]}, {"acr_values": "2"}),
        ({"acr_values_supported": ["0"]}, {"acr_values": "3 2"}),
        ({"acr_values_supported": "3"}, {"acr_values": "3 2"}),
        ({**BOTH, "claims_parameter_supported": False}, {"acr_values": "3 2"}),
    ],
)
def test_what_the_provider_announces_is_asked_for_the_best_first(document, asked):
    assert asking_for(("3", "2"), document, is_entra=False) == asked
    assert asking_for((), document, is_entra=False) == {}


def test_a_provider_that_takes_claims_is_told_that_it_is_essential():
    asked = asking_for(("3", "2"), {**BOTH, "claims_parameter_supported": True}, is_entra=False)
    assert json.loads(asked.pop("claims")) == {"id_token": {"acr": {"essential": True, "values": ["3", "2"]}}}
    assert asked == {}


def test_entra_is_asked_for_an_authentication_context():
    asked = asking_for(("c1", "c2"), {}, is_entra=True)
    assert json.loads(asked["claims"]) == {"id_token": {"acrs": {"essential": True, "value": "c1"}}}


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({"acr": "2"}, {"2"}),
        ({"acrs": ["c1", "c2"]}, {"c1", "c2"}),
        ({"acr": "1", "acrs": "c1"}, {"1", "c1"}),
        ({}, set()),
        ({"acr": 2}, set()),
        ({"acr": ["2"]}, set()),
        ({"acr": True, "acrs": {"c1": 1}}, set()),
        ({"acr": "2" * 101}, set()),
    ],
)
def test_only_texts_are_levels(claims, found):
    assert levels_of(claims) == found
