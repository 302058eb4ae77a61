"""Pages that keep themselves up to date: a fragment that is asked for again and again, and is sent only when it has changed.

`static/live.js` asks every two seconds with the ETag of what it has. Server-sent events would hold one of waitress's
threads for each open page; this holds one for a few milliseconds.
"""

from typing import Any

from flask import Response, make_response, render_template, request


def fragment(template: str, **facts: Any) -> Response:
    """`template` as the answer to a page's asking: 304 without a body when the page has it already.

    A fragment shows the same for the same facts: no ages, no form tokens (a form stands outside, its buttons inside).
    """
    response = make_response(render_template(template, **facts))
    response.add_etag()
    response.make_conditional(request)
    return response
