"""`linli providers`: the providers as a table, taken over from a file, and written to one."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from dispatch.providers.importing import Import, carry_out, check_import, in_words
from dispatch.providers.tables import read_table, write_table
from dispatch.providers.writing import names_of_skills
from dispatch.sheets.faults import Fault, FileRefused
from linli.documents import Document, iso
from linli.facts import Facts, site_facts
from linli.printing import print_json, print_table
from models.base import utc_now
from models.phones import group_digits
from models.providers import Provider

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output")


@click.group(invoke_without_command=True)
@_AS_JSON
@click.pass_context
def providers(ctx: click.Context, *, as_json: bool) -> None:
    """服务商：列出、导入、导出 / The providers: listed, taken over from a file, written to one."""
    if ctx.invoked_subcommand is None:
        with site_facts() as facts:
            _list(facts, as_json)


@providers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不写 / only check, keep nothing")
@_AS_JSON
def import_file(*, file: Path, dry_run: bool, as_json: bool) -> None:
    """从 CSV 文件（UTF-8 或 GBK）导入；有一处错就全都不导入 / From a CSV file (UTF-8 or GBK); with one fault nothing is kept."""
    with site_facts() as facts:
        try:
            found = _import(facts, file.read_bytes(), dry_run)
        except FileRefused as refused:
            found = Import(faults=refused.faults)
        except IntegrityError:
            words = "有人同时改了服务商，请再试一次", "somebody changed the providers meanwhile; try again"
            found = Import(faults=[Fault("", *words)])
    _tell(found, dry_run, as_json)
    if found.faults:
        sys.exit(1)


@providers.command("export")
@click.option("--to", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="写到这个文件 / write to this file")
def export_file(*, to: Path | None) -> None:
    """导出 CSV，Excel 能直接打开，也能再导入 / As CSV, which Excel opens and import reads."""
    with site_facts() as facts:
        data = write_table(facts.session)
    if to:
        to.write_bytes(data)
        click.echo(f"已导出 / written: {to}", err=True)
    else:
        sys.stdout.buffer.write(data)


def _import(facts: Facts, data: bytes, dry_run: bool) -> Import:
    """Check the file, and keep it unless there are faults, with a bar on standard error."""
    lines = read_table(data)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        checking = bar.add_task("检查 checking", total=len(lines))
        found = check_import(facts.session, lines, lambda: bar.advance(checking))
        if not dry_run and not found.faults:
            writing = bar.add_task("写入 writing", total=len(found.added) + len(found.changed))
            carry_out(facts.session, found, utc_now(), by="cli", after_each=lambda: bar.advance(writing))
            facts.session.commit()
    return found


def _tell(found: Import, dry_run: bool, as_json: bool) -> None:
    kept = not dry_run and not found.faults
    if as_json:
        faults = [{"line": one.line, "column": one.column, "zh": one.zh, "en": one.en} for one in found.faults]
        changed = [{"name": provider.name, "columns": columns} for provider, _, columns in found.changed]
        added = [values["name"] for _, values in found.added]
        print_json([{"kept": kept, "added": added, "changed": changed, "unchanged": found.unchanged, "faults": faults}])
        return
    for fault in found.faults:
        click.echo(f"✗ {fault}", err=True)
    if found.faults:
        click.echo(f"有{len(found.faults)}处错，什么也没有导入 / {len(found.faults)} faults; nothing was imported", err=True)
        return
    for provider, _, columns in found.changed:
        click.echo(f"{provider.name}：{in_words(columns)}（{', '.join(columns)}）")
    click.echo(f"新增 {len(found.added)}，修改 {len(found.changed)}，不变 {found.unchanged} / added, changed, unchanged")
    click.echo("已导入 / imported" if kept else "只是检查，没有写入 / only checked, nothing was written")


def _list(facts: Facts, as_json: bool) -> None:
    asked = select(Provider).order_by(Provider.id).options(selectinload(Provider.areas), selectinload(Provider.workers))
    found = facts.session.scalars(asked).all()
    names = names_of_skills(facts.session)
    if as_json:
        print_json(_document(provider, facts) for provider in found)
        return
    print_table(
        ("编号 id", "名称 name", "电话 number", "技能 skills", "片区 areas", "信用 credit", "状态 state"),
        (
            (
                provider.id,
                provider.name,
                group_digits(provider.number),
                "、".join(names.get(skill, skill) for skill in provider.skills),
                "、".join(area.name for area in provider.areas),
                f"{provider.credit:.0f}",
                _state(provider),
            )
            for provider in found
        ),
    )


def _state(provider: Provider) -> str:
    if not provider.active:
        return "停用 inactive"
    return "冻结 frozen" if provider.frozen_at else "在用 active"


def _document(provider: Provider, facts: Facts) -> Document:
    return {
        "id": provider.id,
        "name": provider.name,
        "number": provider.number,
        "skills": provider.skills,
        "areas": [area.name for area in provider.areas],
        "latitude": provider.latitude,
        "longitude": provider.longitude,
        "opens": f"{provider.opens:%H:%M}",
        "closes": f"{provider.closes:%H:%M}",
        "open_weekdays": provider.open_weekdays,
        "days_off": provider.days_off,
        "orders_a_day": provider.orders_a_day,
        "price_percent": provider.price_percent,
        "rating": provider.rating,
        "scores": provider.scores,
        "credit": provider.credit,
        "volunteer": provider.volunteer,
        "active": provider.active,
        "language": provider.language,
        "frozen_at": iso(provider.frozen_at, facts.zone),
        "confirmed_on": provider.confirmed_on.isoformat() if provider.confirmed_on else None,
        "correction": provider.correction,
        "workers": [
            {"name": worker.name, "number": worker.number, "gender": worker.gender, "active": worker.active}
            for worker in sorted(provider.workers, key=lambda worker: worker.id)
        ],
    }
