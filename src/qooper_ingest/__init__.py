"""Turn a participant file from any spreadsheet into a typed diff plan that the host application applies."""

__version__ = "0.1.0"
