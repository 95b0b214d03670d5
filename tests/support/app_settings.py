"""The settings of an app that runs behind the development host for tests."""

from tests.support.builders import SECRET


def settings_of(tables: str, prefix: str, url: str, **more: str) -> dict[str, str]:
    """Return an environment: `tables` is a connection string, `prefix` its tables' own, `url` what links begin with."""
    return {
        "OPENSLOT_TABLES": tables,
        "OPENSLOT_TABLE_PREFIX": prefix,
        "OPENSLOT_SECRET": SECRET,
        "OPENSLOT_PUBLIC_URL": url,
        "OPENSLOT_LIMITS": "off",
        **more,
    }
