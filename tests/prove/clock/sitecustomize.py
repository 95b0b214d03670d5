"""For a Python under libfaketime, which refuses its sleep: a moment of a clock that the library leaves alone."""

import select
import time


def sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = sleep
