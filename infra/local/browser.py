"""The browsers that tests, pictures and measurements use, both from Debian."""

from __future__ import annotations

import shutil


CHROMIUM = "/usr/bin/chromium"
# The same without a window: less than half of the processor time for the same pages, as no tabs, profiles and
# extensions are kept up beside them. It asks nobody whether it may use a
# camera: a flag allows it.
WINDOWLESS = shutil.which("chromium-headless-shell") or CHROMIUM
