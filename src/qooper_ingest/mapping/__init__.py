"""Which column means which field: the confirmed value (``model``) and the proposal (``suggest``)."""

from .memory import MappingMemory
from .model import Binding, Candidate, ColumnMapping, Confidence, NamePart, Rebound
from .suggest import suggest_mapping

__all__ = [
    "Binding",
    "Candidate",
    "ColumnMapping",
    "Confidence",
    "MappingMemory",
    "NamePart",
    "Rebound",
    "suggest_mapping",
]
