"""Read record XML: lists of elements whose children or attributes are the fields.

Nobody says which element is the record, so the whole file is taken apart first: every path (``people/person/name/first``)
becomes one column of texts and one column of owners (which instance of the parent it stands in), in one pass and without a
tree. From these columns the lists are found, and their fields put together, without a loop over records.

What a list is: an element that stands more than once in its parent and has fields of its own. A list inside of a list is
part of the outer records (their second address, their third e-mail), unless it is clearly the list of people: then the
outer one is a grouping (departments with their members) and gives its fields to each person. Several lists in one file are
several sheets; the one that looks most like people is the first.

What a field is called: the names from below the record down to the value, joined with ``.``, namespaces left out and
``_x0020_`` decoded. A repeated element is told apart by an attribute that says which one it is (``email(work)``); such an
attribute of a nameless element (mysqldump's ``<field name="E-mail">``) is the name itself. Without one, simple values are
joined with line breaks, and the second of anything larger is ``address(2)``. An attribute and a child of one name: the
attribute gets an ``@``.

Row 1 of a sheet is the header (the field names), record *n* is row *n* + 1, as if the list had been opened in a
spreadsheet. Values that stand outside of every list are reported, not lost.

Text that is interrupted by elements or comments is joined and reported: a value that stops where another program reads on
has been a take-over of accounts elsewhere.

Dialects with rules of their own: ADO rowsets (names in ``s:AttributeType``), FileMaker (names in ``METADATA``), schemas
inside of the data (XSD), diffgrams, and the dumps of MySQL and phpMyAdmin, where the elements of all tables have one name:
each table is a list, however few rows it has.

``reading.py``: the file taken apart into paths. ``paths.py``: one path. ``choosing.py``: which of them are lists.
``laying.py``: one list as a table.
"""

from __future__ import annotations

from .paths import decoded_name
from .reading import RecordXml

__all__ = ["RecordXml", "decoded_name"]
