"""The edge of the product: HTTP functions and timers. Importing it tunes the interpreter for fast cold starts."""

import gc
import os


gc.set_threshold(50_000, 20, 20)  # few cycles are made; collecting took a fifth of a cold start's imports
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # the search for plugins reads every package's folder
