"""The edge of the product. Starting and serving make few cycles: the collector need not look for them so often."""

import gc


gc.set_threshold(50_000, 20, 20)  # a fifth of a cold start's imports went into looking
