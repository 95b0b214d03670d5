"""What is left to do by hand after `azd provision`, printed: DNS records, the second pass, sign-in, mail.

Runs as azd's postprovision hook, on any Python 3; azd passes the outputs of the template on.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIRST_LABELS = 3  # book.example.org: a name below the domain that was bought


def left_to_do(environ: Mapping[str, str]) -> Iterator[str]:
    host, domain = environ.get("OPENSLOT_HOST", ""), environ.get("OPENSLOT_DOMAIN", "")
    yield f"The app is at https://{host} once it is deployed (`azd deploy`, or the rest of `azd up`)."
    yield from _of_the_domain(domain, host, environ)
    own = domain if environ.get("OPENSLOT_CERTIFICATE") == "true" else host
    url = environ.get("OPENSLOT_PUBLIC_URL") or f"https://{own}"
    yield f"Your identity provider sends people back to {url}/console/sign-in/done : register that address there."
    if not environ.get("OPENSLOT_SMTP"):
        yield "No mail is sent before OPENSLOT_SMTP and OPENSLOT_MAIL_FROM are set."
    elif environ["OPENSLOT_SMTP"].startswith("azure://"):
        yield f"Once it is deployed, have Event Grid report to {url}/azure/events (.github/docs/texts.md)."
    if not environ.get("OPENSLOT_ALERTS_TO"):
        yield "Nobody is told when something is wrong: `azd env set OPENSLOT_ALERTS_TO you@example.org`."
    if not environ.get("OPENSLOT_BACKUPS"):
        yield "There is no account for backups (OPENSLOT_BACKUP_ACCOUNT=false): tables have no undelete."
    yield f"Look at https://{host}/readyz : it says whether settings, storage and timer are right."


def _of_the_domain(domain: str, host: str, environ: Mapping[str, str]) -> Iterator[str]:
    verification = environ.get("OPENSLOT_VERIFICATION", "")
    if not domain:
        yield "For an own domain, such as book.example.org, make these records where the domain is kept:"
        yield from _records("book.example.org", host, verification)
        yield "then: azd env set OPENSLOT_DOMAIN book.example.org && azd provision"
    elif domain.count(".") + 1 < FIRST_LABELS:
        yield f"{domain} has no name before the domain: Flex Consumption takes names such as book.{domain} alone."
    elif environ.get("OPENSLOT_CERTIFICATE") != "true":
        yield f"{domain} is bound to the app. These records must stay:"
        yield from _records(domain, host, verification)
        yield "for its certificate: azd env set OPENSLOT_CERTIFICATE true && azd provision"


def _records(domain: str, host: str, verification: str) -> Iterator[str]:
    yield f"  CNAME  {domain}  {host}"
    yield f"  TXT    asuid.{domain}  {verification}"


def main() -> int:
    print("\n".join(left_to_do(os.environ)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
