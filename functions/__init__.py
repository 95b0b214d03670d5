"""The edge of the product. Starting and serving make few cycles: the collector need not look for them so often."""

import gc
import os


gc.set_threshold(50_000, 20, 20)  # a fifth of a cold start's imports went into looking
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some reads every package's folder
