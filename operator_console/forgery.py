"""Forgeries: what another site has a browser send in an operator's name is refused, beside the token of every form."""

from urllib.parse import urlsplit

from flask import abort, request

from operator_console.context import parts

SAFE = ("GET", "HEAD", "OPTIONS")


def refuse_forgery() -> None:
    """Refuse (403) what changes something and comes from another site, by what the browser itself says of it.

    A browser sends Origin with every POST and, over https or from this host, Sec-Fetch-Site; what is no browser sends neither,
    and has the form's token to find.
    """
    if request.method in SAFE:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    own = {request.host, urlsplit(parts().settings.public_url).netloc} - {""}
    if origin is not None and urlsplit(origin).netloc not in own:
        abort(403)
