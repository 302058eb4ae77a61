"""Providers from a spreadsheet's file, looked through before anything is kept, and to one."""

import logging
from hashlib import sha256

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from dispatch.providers.columns import COLUMNS
from dispatch.providers.importing import Import, carry_out, check_import
from dispatch.providers.tables import read_table, write_table
from dispatch.sheets.faults import FileRefused
from dispatch.sheets.files import LARGEST_FILE
from operator_console.context import facts, parts, signed_in
from operator_console.files_aside import find_aside, put_aside

log = logging.getLogger(__name__)
provider_files = Blueprint("provider_files", __name__, url_prefix="/providers/file")

SHOWN = 200
_MORE_THAN_THE_FILE = 64 * 1024
COLUMN_NAMES = {column.key: column.zh for column in COLUMNS}


@provider_files.url_value_preprocessor
def _take_files(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Before anything reads the form, as the check of its token does."""
    if endpoint == "provider_files.check":
        request.max_content_length = LARGEST_FILE + _MORE_THAN_THE_FILE


@provider_files.get("/")
def show() -> str:
    """Where to choose a file, and what it is to look like."""
    return render_template("provider_import.html", columns=COLUMNS)


@provider_files.get("/export")
def export() -> Response:
    """All providers as a file."""
    log.info("the providers were exported by operator %d", signed_in().id)
    day = parts().clock().strftime("%Y%m%d")
    headers = {"Content-Disposition": f'attachment; filename="providers-{day}.csv"'}
    return Response(write_table(facts()), mimetype="text/csv", headers=headers)


@provider_files.post("/check")
def check() -> ResponseReturnValue:
    """What a file would do, or every fault of it; nothing is kept but the file."""
    sent = request.files.get("file")
    data = sent.read(LARGEST_FILE + 1) if sent else b""
    if not data:
        flash("还没有选文件。\nNo file was chosen.", "trouble")
        return redirect(url_for("provider_files.show"), 303)
    found = _check(data)
    if not found.faults:
        put_aside(data)
    return _preview(found, sha256(data).hexdigest()), 400 if found.faults else 200


@provider_files.post("/import")
def take_over() -> ResponseReturnValue:
    """Take the file over that was looked through, unless it does not fit any more."""
    digest = request.form.get("file", "")
    path = find_aside(digest)
    if path is None:
        flash("文件已经不在了，请重新选择。\nThe file is gone; choose it again.", "trouble")
        return redirect(url_for("provider_files.show"), 303)
    found = _check(path.read_bytes())
    if found.faults:
        return _preview(found, digest), 400
    try:
        carry_out(facts(), found, parts().clock(), by=signed_in().login)
        facts().commit()
    except IntegrityError:
        facts().rollback()
        flash("刚刚有人改了服务商，请再试一次。\nSomebody has just changed the providers; try again.", "trouble")
        return redirect(url_for("provider_files.show"), 303)
    path.unlink(missing_ok=True)
    log.info("providers: %d added, %d changed by operator %d", len(found.added), len(found.changed), signed_in().id)
    flash(
        f"新增{len(found.added)}家，修改{len(found.changed)}家。\n{len(found.added)} added, {len(found.changed)} changed.", "done"
    )
    return redirect(url_for("providers.index"), 303)


def _check(data: bytes) -> Import:
    try:
        return check_import(facts(), read_table(data))
    except FileRefused as refused:
        return Import(faults=refused.faults)


def _preview(found: Import, digest: str) -> str:
    return render_template("provider_preview.html", found=found, digest=digest, shown=SHOWN, columns_zh=COLUMN_NAMES)
