"""``python -m qooper_ingest.cli``."""

from __future__ import annotations

from . import main

main()
