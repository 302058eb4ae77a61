"""Residents, services and devices from a spreadsheet's file, looked through before anything is kept, and to one."""

import logging
from hashlib import sha256

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from dispatch.devices.book import Devices
from dispatch.residents.book import Residents
from dispatch.services.book import Services
from dispatch.sheets.faults import FileRefused
from dispatch.sheets.files import LARGEST_FILE
from dispatch.sheets.importing import Book, Import, changed_words, look_through, read_book, take_over, write_book
from operator_console.context import facts, parts, signed_in
from operator_console.files_aside import find_aside, put_aside

log = logging.getLogger(__name__)

SHOWN = 200
_MORE_THAN_THE_FILE = 64 * 1024


def sheet_pages(book: type[Book]) -> Blueprint:
    """The pages of one kind of table, below its own list."""
    pages = Blueprint(f"{book.key}_file", __name__, url_prefix=f"/{book.key}/file")

    @pages.url_value_preprocessor
    def _take_files(endpoint: str | None, values: dict[str, object] | None) -> None:
        # Before anything reads the form, as the check of its token does.
        if endpoint == f"{pages.name}.check":
            request.max_content_length = LARGEST_FILE + _MORE_THAN_THE_FILE

    @pages.get("/")
    def show() -> str:
        """Where to choose a file, and what it is to look like."""
        return render_template("sheet_import.html", book=book)

    @pages.get("/export")
    def export() -> Response:
        """All rows as a file."""
        log.info("the %s were exported by operator %d", book.key, signed_in().id)
        name = f"{book.key}-{parts().clock().strftime('%Y%m%d')}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(write_book(_opened(book)), mimetype="text/csv", headers=headers)

    @pages.post("/check")
    def check() -> ResponseReturnValue:
        """What a file would do, and every fault of it; nothing is kept but the file."""
        sent = request.files.get("file")
        data = sent.read(LARGEST_FILE + 1) if sent else b""
        if not data:
            flash("还没有选文件。\nNo file was chosen.", "trouble")
            return redirect(url_for(f"{pages.name}.show"), 303)
        _, found = _look(book, data)
        if found.good:
            put_aside(data)
        return _preview(book, found, sha256(data).hexdigest()), 400 if found.faults else 200

    @pages.post("/import")
    def keep() -> ResponseReturnValue:
        """Take the file over that was looked through: whole, or, where that was chosen, its good lines."""
        digest, only_good = request.form.get("file", ""), request.form.get("only_good") == "yes"
        path = find_aside(digest)
        if path is None:
            flash("文件已经不在了，请重新选择。\nThe file is gone; choose it again.", "trouble")
            return redirect(url_for(f"{pages.name}.show"), 303)
        opened, found = _look(book, path.read_bytes())
        if found.faults and (not only_good or found.whole_file_is_wrong):
            return _preview(book, found, digest), 400
        try:
            if faults := take_over(opened, found, only_good=only_good):
                facts().rollback()
                return _preview(book, Import(faults=faults), digest), 400
            facts().commit()
        except IntegrityError:
            facts().rollback()
            flash("刚刚有人改了同样的资料，请再试一次。\nSomebody has just changed the same; try again.", "trouble")
            return redirect(url_for(f"{pages.name}.show"), 303)
        path.unlink(missing_ok=True)
        added, changed = len(found.added), len(found.changed)
        log.info("%s: %d added, %d changed by operator %d", book.key, added, changed, signed_in().id)
        flash(f"新增{added}，修改{changed}。\n{added} added, {changed} changed.", "done")
        return redirect(url_for(f"{book.key}.index"), 303)

    return pages


resident_sheets = sheet_pages(Residents)
service_sheets = sheet_pages(Services)
device_sheets = sheet_pages(Devices)


def _opened(book: type[Book]) -> Book:
    return book(facts(), parts().clock(), signed_in().login)


def _look(book: type[Book], data: bytes) -> tuple[Book, Import]:
    opened = _opened(book)
    try:
        return opened, look_through(opened, read_book(book, data))
    except FileRefused as refused:
        return opened, Import(faults=refused.faults)


def _preview(book: type[Book], found: Import, digest: str) -> str:
    opened = _opened(book)
    return render_template(
        "sheet_preview.html",
        book=book,
        found=found,
        digest=digest,
        shown=SHOWN,
        added=[(line, opened.name(values)) for line, values in found.added[:SHOWN]],
        changed=[(line, changed_words(book, differ)) for line, _, _, differ in found.changed[:SHOWN]],
    )
