"""How a listing is printed: one JSON document for machines, a table for people."""

import json
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dispatch.cleaning import clean_words
from linli.documents import Document

_LINE_AT_MOST = 200


def print_json(documents: Iterable[Document]) -> None:
    """All the documents as one list."""
    click.echo(json.dumps(list(documents), ensure_ascii=False, indent=2))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table; what people said or sent in it is shown as it is, and works neither as markup nor on the terminal."""
    table = Table(*headings)
    for row in rows:
        table.add_row(*(Text("\n".join(clean_words(line, _LINE_AT_MOST) for line in str(cell).splitlines())) for cell in row))
    Console().print(table)
