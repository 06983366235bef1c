"""What a person reads of a plan and what comes back from them: the review page (extra ``report``) and mend files."""

from __future__ import annotations

from .mend import mend_file
from .page import to_html

__all__ = ["mend_file", "to_html"]
