"""The words that a mapping file may say, and what each means, for who reads one and for who writes one."""

from __future__ import annotations

from collections.abc import Mapping

_ABOVE = "as above, where it differs here"

CHANGES: Mapping[str, str] = {
    "upper": "true: all letters become capitals",
    "lower": "true: all letters become small ones",
    "title": "true: each word begins with a capital",
    "drop_ending": "a text that is taken off the end",
    "drop_start": "a text that is taken off the beginning",
    "values": "a table of texts and what to read in place of each",
}
TESTS: Mapping[str, str] = {
    "is": "the cell is this text, or one of a list",
    "is_not": "the cell is neither this text nor one of a list",
    "starts_with": "the cell begins with this text, or with one of a list",
    "matches": "a regular expression is found in the cell",
    "above": "the cell is a number above this one",
    "at_least": "the cell is this number or more",
    "below": "the cell is a number below this one",
    "at_most": "the cell is this number or less",
    "empty": "true: nothing is in the cell; false: something is",
}
WHOLE: Mapping[str, str] = {
    "name": "the shop's name; else the folder's",
    "currency": "three letters, such as GBP, for files that name none",
    "country": "two letters, for phone numbers without a country code",
    "timezone": "such as Europe/London, for times without a zone; else UTC",
    "encoding": "of the files, such as latin-1; else utf-8",
    "delimiter": "the sign between columns; else a comma",
    "decimal": "the sign before decimals; else a point",
    "thousands": "the sign between thousands; else there is none",
    "times": "how times are written, such as %d/%m/%Y, or a list; else ISO 8601",
}
TABLE: Mapping[str, str] = {
    "files": "a name or a pattern within the folder, such as export-*.csv, or a list",
    "columns": "which column of theirs is which of ours: see [TABLE.columns]",
    "complete": "true: rows that the files no longer name are gone",
    "encoding": _ABOVE,
    "delimiter": _ABOVE,
    "leave_out": "rows that do not count, and why: see [[TABLE.leave_out]]",
    "lookup": "small files whose columns are added: see [[TABLE.lookup]]",
}
RETURNS: Mapping[str, str] = {"where": "order_lines alone: which rows take something back"}
COLUMN: Mapping[str, str] = {
    "from": "the column of theirs, or a list of some that are joined",
    "with": "the sign between joined ones; else a space",
    "value": "the same text in every row, in place of a column",
    "optional": "true: the column may be missing",
    "decimal": _ABOVE,
    "thousands": _ABOVE,
    "times": _ABOVE,
    "yes": "the words that mean yes, as a list",
    "no": "the words that mean no, as a list",
    **CHANGES,
}
LEAVE_OUT: Mapping[str, str] = {
    "reason": "what a sync says it left out",
    "where": 'the columns of theirs and what each must be: where.Article.is = "POST"',
}
LOOKUP: Mapping[str, str] = {
    "files": "a name or a pattern within the folder, or a list",
    "on": "the column of the table's files that is looked up",
    "key": "the column of these files that it must meet; else of the same name",
    "encoding": _ABOVE,
    "delimiter": _ABOVE,
}
