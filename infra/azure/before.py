"""What `azd provision` needs first: secrets that are made once, and then kept in the azd environment.

Runs as azd's preprovision hook, on Python 3.11 or later with its standard library; azd passes its environment on.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from datetime import UTC, datetime


MADE_ONCE = ("OPENSLOT_SECRET", "OPENSLOT_OPERATOR_KEY", "OPENSLOT_EVENT_GRID_KEY")
STARTS = "OPENSLOT_BUDGET_START"  # of the budget: it cannot be changed later
WANTED = {
    "OPENSLOT_SMTP": "no mail is sent; your mail server, as smtp://user:password@host:587",
    "OPENSLOT_MAIL_FROM": "no mail is sent; the mailbox that sends, as bookings@example.org",
    "OPENSLOT_OIDC_ISSUER": "nobody can sign in; https://login.microsoftonline.com/TENANT/v2.0",
    "OPENSLOT_OIDC_CLIENT_ID": "nobody can sign in; the id of the app that is registered there",
    "OPENSLOT_ADMINISTRATORS": "nobody may create a calendar; your own mail address",
}


def _kept(name: str, value: str) -> bool:
    """Keep a value in the azd environment; return whether that went well."""
    done = subprocess.run(["azd", "env", "set", name, value], check=False)
    if done.returncode:
        print(f"{name} could not be kept in the azd environment.", file=sys.stderr)
    return not done.returncode


def main() -> int:
    for name in MADE_ONCE:
        if os.environ.get(name):
            continue
        if not _kept(name, secrets.token_hex(32)):
            return 1
        print(f"  {name} was made; it stays in the azd environment, and nowhere else on this machine.")
    if not os.environ.get(STARTS) and not _kept(STARTS, f"{datetime.now(UTC):%Y-%m}-01"):
        return 1
    for name, consequence in WANTED.items():
        if not os.environ.get(name):
            print(f"  {name} is not set: {consequence}. `azd env set {name} …`, then `azd provision`.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
