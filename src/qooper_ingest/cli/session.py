"""What is known of the command that runs: whether colour is wanted, and which files it reads. One command per process.

This module is imported for ``--help`` and must stay light.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["SESSION", "Session"]


@dataclass(slots=True)
class Session:
    """The state of one command.

    Args:
        colour: False where the person wants none; None: as the terminal says (`NO_COLOR` is minded by the printer of tables).
        standard_input: The option that the standard input was read for.
        read: Files that were read, by their real paths: they are never overwritten.
    """

    colour: bool | None = None
    standard_input: str | None = None
    read: set[str] = field(default_factory=set)

    def reset(self) -> None:
        """Begin another command."""
        self.colour, self.standard_input = None, None
        self.read.clear()


SESSION = Session()
