"""One contestant in a process that stays: python warm_worker.py SCRIPT PEOPLE.csv DIRECTORY.parquet.

It imports the script, prepares what its users have before a file comes, and says so. Then it runs once for each line that it
reads, and answers with a line of JSON: seconds of the clock and of the processor, the peak of memory so far, what was found.
What earlier calls left behind is collected before the clock starts; what a call itself leaves is its own.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import runpy
import sys
import time


def main(script: str, people: str, directory: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    contestant = runpy.run_path(script)
    stored = contestant["prepare"](directory)
    print("{}", file=answers, flush=True)
    for _ in sys.stdin:
        gc.collect()
        processor, seconds = time.process_time(), time.perf_counter()
        found = contestant["run"](people, stored)
        seconds, processor = time.perf_counter() - seconds, time.process_time() - processor
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
        answer = {"seconds": seconds, "processor": processor, "mebibytes": peak, "found": found}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
