"""The tree can be read: its parts stay as small, and as well described, as they were brought to."""

import pytest

from tests.tree.figures import sizes
from tests.tree.source import services_below_the_boundary


@pytest.mark.walk
def test_no_module_or_function_is_too_long_and_what_is_public_is_described() -> None:
    assert [one for one in sizes() if not one.is_met] == []


@pytest.mark.walk
def test_handlers_pass_on_what_they_need() -> None:
    assert services_below_the_boundary() == ["functions/graph/models/capabilities.py shows_sms"]
