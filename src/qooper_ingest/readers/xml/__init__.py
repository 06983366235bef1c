"""XML in all its dialects, HTML tables and web archives: the guarded events, the lists of records, the tables of pages.

`reading` chooses the dialect; those that are spreadsheets have their modules beside the other spreadsheet formats.
"""
