"""`linli devices`: the telephones in residents' homes, listed, added, replaced, moved and ticked off."""

import json

import click
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dispatch.devices.keeping import DeviceRefused, DeviceRequest, add_device, move_device, replace_device
from dispatch.devices.proving import tick_off_test, tick_off_visit
from dispatch.devices.state import DeviceState, states_of
from dispatch.devices.success import first_time_success
from linli.documents import Document, iso
from linli.facts import Facts, site_facts
from linli.printing import print_json, print_table
from models.base import utc_now
from models.device_health import TrialResult
from models.devices import FAMILY_KEYS, Device, DeviceKind, DeviceStatus
from models.phones import group_digits, normalise_number
from models.residents import Resident
from operator_console.device_words import told

BY = "cli"
_json = click.option("--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output")


@click.group(invoke_without_command=True)
@click.option("--report", is_flag=True, help="各型号一次接通率 / how often each model connects at the first attempt")
@_json
@click.pass_context
def devices(context: click.Context, *, report: bool, as_json: bool) -> None:
    """居民家的设备，以及新增、更换、停用 / The devices in residents' homes; adding, replacing, retiring one."""
    if context.invoked_subcommand:
        return
    with site_facts() as facts:
        if report:
            _print_report(facts, as_json=as_json)
        else:
            _print_devices(facts, as_json=as_json)


@devices.command()
@click.argument("resident_id", type=int)
@click.argument("number")
@click.option("--model", required=True, help="型号 / model")
@click.option("--place", required=True, help="放在哪里，如 床头 / where it stands")
@click.option("--kind", type=click.Choice([kind.value for kind in DeviceKind]), default=DeviceKind.ONE_KEY.value)
@click.option("--key", "keys", multiple=True, metavar="KEY=NUMBER", help="家人键，如 family1=13900000001 / a family key")
@click.option("--in-stock", is_flag=True, help="先放在库里 / not at its place yet")
@_json
def add(
    resident_id: int, number: str, *, model: str, place: str, kind: str, keys: tuple[str, ...], in_stock: bool, as_json: bool
) -> None:
    """给居民 RESIDENT_ID 新增一台号码为 NUMBER 的设备 / Add a device with this number for a resident."""
    status = DeviceStatus.IN_STOCK if in_stock else DeviceStatus.INSTALLED
    with site_facts() as facts:
        try:
            request = DeviceRequest(resident_id, number, model, place, DeviceKind(kind), _keys(facts, resident_id, keys))
            device = add_device(facts.session, request, status, utc_now(), BY)
        except DeviceRefused as error:
            raise _refused(error) from error
        _done(facts, device, as_json=as_json)


@devices.command()
@click.argument("device_id", type=int)
@click.option("--model", default="", help="新话机的型号，不写则不变 / the new phone's model, if it is another")
@_json
def replace(device_id: int, *, model: str, as_json: bool) -> None:
    """换一台话机：号码、按键不变，密钥换新 / Put another phone in its place, with a new secret."""
    with site_facts() as facts:
        device = _device(facts, device_id)
        try:
            replace_device(facts.session, device, model, utc_now(), BY)
        except DeviceRefused as error:
            raise _refused(error) from error
        _done(facts, device, as_json=as_json)


def _mover(name: str, status: DeviceStatus, help_words: str) -> None:
    @devices.command(name, help=help_words)
    @click.argument("device_id", type=int)
    @_json
    def move(device_id: int, *, as_json: bool) -> None:
        with site_facts() as facts:
            device = _device(facts, device_id)
            try:
                move_device(facts.session, device, status, utc_now(), BY)
            except DeviceRefused as error:
                raise _refused(error) from error
            _done(facts, device, as_json=as_json)


_mover("install", DeviceStatus.INSTALLED, "装到居民家 / It is at the resident's place now.")
_mover("stock", DeviceStatus.IN_STOCK, "收回库里 / Take it back into stock.")
_mover("retire", DeviceStatus.RETIRED, "停用：账号注销，号码可以给别的设备 / Retire it: its account ends, its number is free.")


@devices.command()
@click.argument("device_id", type=int)
@click.argument("result", type=click.Choice([result.value for result in TrialResult]))
@click.option("--note", default="", help="备注 / note")
@_json
def tested(device_id: int, result: str, *, note: str, as_json: bool) -> None:
    """记下试打的结果 / Write down how a test call went."""
    with site_facts() as facts:
        device = _device(facts, device_id)
        tick_off_test(facts.session, device, TrialResult(result), utc_now(), by=BY, note=note)
        _done(facts, device, as_json=as_json)


@devices.command()
@click.argument("device_id", type=int)
@click.option("--note", default="", help="查到了什么 / what was found")
@_json
def visited(device_id: int, *, note: str, as_json: bool) -> None:
    """记下有人上门看过了 / Write down that somebody was there."""
    with site_facts() as facts:
        device = _device(facts, device_id)
        if not tick_off_visit(facts.session, device.id, utc_now(), BY, note):
            raise click.ClickException(f"设备 {device_id} 没有要上门的事 / no visit to device {device_id} is due")
        _done(facts, device, as_json=as_json)


def _print_devices(facts: Facts, *, as_json: bool) -> None:
    found = facts.session.scalars(select(Device).order_by(Device.id).options(joinedload(Device.resident))).all()
    states = states_of(facts.session, found, facts.settings, utc_now())
    if as_json:
        print_json(_document(facts, state) for state in states)
        return
    headings = (
        "编号 id",
        "居民 resident",
        "位置 place",
        "号码 number",
        "型号 model",
        "状态 status",
        "情况 health",
        "上次听到 heard",
    )
    rows = []
    for state in states:
        device, status, health = state.device, told(state.device.status), told(state.health)
        heard = f"{device.last_heard_at.astimezone(facts.zone):%m-%d %H:%M}" if device.last_heard_at else ""
        number = group_digits(device.shown_number)
        states_in_words = (f"{status.zh} {status.en}", f"{health.zh} {health.en}")
        rows.append((device.id, device.resident.name, device.place, number, device.model, *states_in_words, heard))
    print_table(headings, rows)


def _print_report(facts: Facts, *, as_json: bool) -> None:
    found = first_time_success(facts.session)
    if as_json:
        print_json(
            {"model": one.model, "devices": one.devices, "trials": one.trials, "first_time": one.first_time, "share": one.share}
            for one in found
        )
        return
    print_table(
        ("型号 model", "在用 installed", "次数 trials", "一次接通 first time", "比例 share"),
        ((one.model, one.devices, one.trials, one.first_time, "—" if one.share is None else f"{one.share:.1%}") for one in found),
    )


def _document(facts: Facts, state: DeviceState) -> Document:
    device, zone = state.device, facts.zone
    return {
        "id": device.id,
        "resident": {"id": device.resident.id, "name": device.resident.name},
        "kind": device.kind.value,
        "status": device.status.value,
        "number": device.shown_number,
        "model": device.model,
        "place": device.place,
        "account": device.account if device.has_account else None,
        "keys": {key: contact.number for key, contact in device.rings.items()},
        "health": state.health.value,
        "fitted_at": iso(device.fitted_at, zone),
        "last_heard_at": iso(device.last_heard_at, zone),
        "silent_since": iso(state.silent_since, zone),
        "visit": {"reason": state.visit.reason.value, "due_at": iso(state.visit.due_at, zone)} if state.visit else None,
        "proved_at": iso(state.proved_at, zone),
        "test_due": state.test_due,
    }


def _device(facts: Facts, device_id: int) -> Device:
    device = facts.session.get(Device, device_id)
    if device is None:
        raise click.ClickException(f"没有这台设备 / there is no such device: {device_id}")
    return device


def _keys(facts: Facts, resident_id: int, written: tuple[str, ...]) -> dict[str, int]:
    resident = facts.session.get(Resident, resident_id)
    contacts = {contact.number: contact.id for contact in resident.contacts} if resident else {}
    keys = {}
    for one in written:
        name, _, number = one.partition("=")
        if name not in FAMILY_KEYS or normalise_number(number) not in contacts:
            raise click.ClickException(f"家人键要写成 family1=联系人的号码 / write family1=NUMBER of one of the contacts: {one}")
        keys[name] = contacts[normalise_number(number)]
    return keys


def _done(facts: Facts, device: Device, *, as_json: bool) -> None:
    facts.session.commit()
    if as_json:
        [state] = states_of(facts.session, [device], facts.settings, utc_now())
        click.echo(json.dumps(_document(facts, state), ensure_ascii=False, indent=2))
        return
    status = told(device.status)
    click.echo(f"✓ 设备 / device {device.id}: {status.zh} {status.en}")
    if device.has_account:
        console = f"http://{facts.settings.bind_address}:{facts.settings.console_port}/devices/{device.id}"
        click.echo(f"  账号 / account {device.account}；安装单 / the sheet for who fits it: {console}")


def _refused(error: DeviceRefused) -> click.ClickException:
    return click.ClickException(" / ".join(str(error).splitlines()))
