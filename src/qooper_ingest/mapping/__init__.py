"""Which column means which field: the confirmed value (``model``) and the proposal (``suggest``)."""

from .model import Binding, Candidate, ColumnMapping, Confidence, NamePart, Rebound
from .suggest import suggest_mapping

__all__ = ["Binding", "Candidate", "ColumnMapping", "Confidence", "NamePart", "Rebound", "suggest_mapping"]
