"""The columns of a resident's file; forms, enrolling and tables share them."""

from typing import Any

from dispatch.providers.cells import read_count, read_degrees, read_language
from dispatch.residents import cells
from dispatch.residents.id_numbers import read_id_number
from dispatch.sheets.columns import Column, as_text, plainly
from models.residents import Hearing, Resident

_GENDER = {"female": "女", "male": "男"}
_LANGUAGE = {"zh": "中文", "en": "英文"}
# How fast we speak: one 慢一点 makes it 85.
SLOWEST_PERCENT, FASTEST_PERCENT = 60, 130


def write_contacts(resident: Resident, _: Any = None) -> str:
    """Family and keyholders as a cell has them."""
    return "；".join(
        f"{cells.ROLE_ZH[one.role]} {one.name} {''.join(one.relation.split()) or cells.NO_RELATION} {one.number}"
        for one in resident.contacts
    )


def _phones(resident: Resident, _: Any) -> str:
    return "、".join(phone.number for phone in resident.phones)


COLUMNS = (
    Column("name", "姓名", plainly(cells.read_words), as_text("name"), needed=True),
    Column("form_of_address", "称呼", plainly(cells.read_words, 20), as_text("form_of_address"), needed=True),
    Column("gender", "性别", plainly(cells.read_gender), lambda one, _: _GENDER[one.gender], needed=True),
    Column("born", "出生", cells.read_born, as_text("born"), needed=True),
    Column("area", "片区", cells.read_area, lambda one, _: one.area.name, needed=True),
    Column("address", "住址", plainly(cells.read_words, 200), as_text("address"), needed=True),
    Column("entrance", "进门", plainly(cells.read_lines), as_text("entrance"), usual="", clears=True),
    Column("phones", "电话", plainly(cells.read_phones), _phones, usual=[], clears=True),
    Column("contacts", "家人与持钥匙人", plainly(cells.read_contacts), write_contacts, usual=[], clears=True),
    Column("language", "语言", plainly(read_language), lambda one, _: _LANGUAGE.get(one.language, "中文"), usual="zh"),
    Column("speaks", "口音方言", plainly(cells.read_words), as_text("speaks"), usual="", clears=True),
    Column("hearing", "听力", plainly(cells.read_hearing), lambda one, _: cells.HEARING_ZH[one.hearing], usual=Hearing.GOOD),
    Column("risks", "风险", plainly(cells.read_risks), lambda one, _: "、".join(one.risks), usual=[], clears=True),
    Column("medicines", "用药", plainly(cells.read_lines), as_text("medicines"), usual="", clears=True),
    # Not written into tables: an empty cell leaves it as it is.
    Column("id_number", "身份证号", plainly(read_id_number), lambda one, _: "", usual=""),
    Column("subsidy_percent", "补贴百分比", plainly(read_count, 0, 100), as_text("subsidy_percent"), usual=0),
    Column(
        "speech_pace_percent",
        "语速百分比",
        plainly(read_count, SLOWEST_PERCENT, FASTEST_PERCENT),
        as_text("speech_pace_percent"),
        usual=100,
    ),
    Column("latitude", "纬度", plainly(read_degrees, 90), as_text("latitude")),
    Column("longitude", "经度", plainly(read_degrees, 180), as_text("longitude")),
    Column("notes", "备注", plainly(cells.read_lines), as_text("notes"), usual="", clears=True),
)
