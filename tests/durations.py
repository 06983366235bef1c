"""How long something takes, to be compared with something else in the same run: never with a clock.

Processor time of this process, all of its threads, the better of two runs: what another process takes does not count. Factors are
wide, because what a test is after (a quadratic loop, a search that starts anew at each character) takes hundreds of times as long.
"""

from __future__ import annotations

import time
from collections.abc import Callable


def measure_processor_time(work: Callable[[], object], runs: int = 2) -> float:
    """Seconds of processor time, at least a thousandth."""
    best = float("inf")
    for _ in range(runs):
        before = time.process_time()
        work()
        best = min(best, time.process_time() - before)
    return max(best, 0.001)
