"""`linli sheet`: residents, services and devices taken over from a file, and written to one."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from dispatch.devices.book import Devices
from dispatch.residents.book import Residents
from dispatch.services.book import Services
from dispatch.sheets.faults import FileRefused
from dispatch.sheets.importing import Book, Import, look_through, read_book, take_over, write_book
from linli.facts import Facts, site_facts
from linli.printing import print_json
from models.base import utc_now

BOOKS: dict[str, type[Book]] = {book.key: book for book in (Residents, Services, Devices)}
_WHICH = click.argument("which", type=click.Choice(list(BOOKS)))


@click.group("sheet")
def sheet() -> None:
    """居民、服务、设备的表格：导入、导出 / residents, services, devices: from a file, and to one."""


@sheet.command("import")
@_WHICH
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不写 / only check, keep nothing")
@click.option("--only-good", is_flag=True, help="有错的行不要，其余导入 / leave out lines with faults, keep the others")
@click.option("--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output")
def import_file(*, which: str, file: Path, dry_run: bool, only_good: bool, as_json: bool) -> None:
    """从 CSV 文件（UTF-8 或 GB18030）导入；有错就什么也不导入 / From a CSV file; with one fault nothing is kept."""
    with site_facts() as facts:
        found, kept = _import(facts, BOOKS[which], file.read_bytes(), keep=not dry_run, only_good=only_good)
    if as_json:
        faults = [{"line": one.line, "column": one.column, "zh": one.zh, "en": one.en} for one in found.faults]
        counts = {"added": len(found.added), "changed": len(found.changed), "unchanged": found.unchanged}
        print_json([{"kept": kept, **counts, "faults": faults}])
    else:
        for fault in found.faults:
            click.echo(f"✗ {fault}", err=True)
        click.echo(f"新增 {len(found.added)}，修改 {len(found.changed)}，不变 {found.unchanged} / added, changed, unchanged")
        click.echo("已导入 / imported" if kept else "什么也没有写入 / nothing was written")
    if found.faults:
        sys.exit(1)


@sheet.command("export")
@_WHICH
@click.option("--to", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="写到这个文件 / write to this file")
def export_file(*, which: str, to: Path | None) -> None:
    """导出 CSV，Excel 能直接打开，也能再导入 / As CSV, which Excel opens and import reads."""
    with site_facts() as facts:
        data = write_book(BOOKS[which](facts.session, utc_now(), "cli"))
    if to:
        to.write_bytes(data)
        click.echo(f"已导出 / written: {to}", err=True)
    else:
        sys.stdout.buffer.write(data)


def _import(facts: Facts, kind: type[Book], data: bytes, *, keep: bool, only_good: bool) -> tuple[Import, bool]:
    """Look through the file and keep it, with a bar on standard error; and whether it was kept."""
    book = kind(facts.session, utc_now(), "cli")
    try:
        lines = read_book(kind, data)
    except FileRefused as refused:
        return Import(faults=refused.faults), False
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn(), console=Console(stderr=True), transient=True) as bar:
        checking = bar.add_task("检查 checking", total=len(lines))
        found = look_through(book, lines, lambda: bar.advance(checking))
        if not keep or not found.good or (found.faults and not only_good):
            return found, False
        writing = bar.add_task("写入 writing", total=found.good)
        if faults := take_over(book, found, only_good=only_good, after_each=lambda: bar.advance(writing)):
            facts.session.rollback()
            return Import(faults=faults), False
        facts.session.commit()
    return found, True
