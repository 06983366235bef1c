"""What the library says to people, in other languages than English.

Strategy: every sentence, hint, label and word is a text with a key. English stands beside what it speaks of (``issues.py``, ``errors.py``,
``english.py``); Spanish and German are flat JSON files of the same keys in ``data/languages``, the form that translators' tools read
and that a host hands in for a language of its own. JSON, because it loads in a millisecond, where TOML takes fifteen, and because
what is shipped and what a host brings are then one thing. Nothing is loaded before somebody asks for a language.

A frame of issues holds codes, places and details, never sentences, so any issue, also of a saved plan, can be said in any language.
Details that are words are written in English; they are read back by the patterns of the catalogue and said again, and one that fits
none is shown as it is.

What is refused: a key that does not exist and a text whose placeholders are not those of the English one, by name; missing keys fall
back to English.
"""

from __future__ import annotations

from .catalogue import Messages, load_messages, messages
from .plurals import plural_category

__all__ = ["Messages", "load_messages", "messages", "plural_category"]
