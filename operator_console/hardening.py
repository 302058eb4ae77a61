"""What every answer of the console tells the browser to refuse: other people's scripts, frames, and a cache."""

import secrets

from flask import Response, g, request

from models.phone_settings import phone_socket
from operator_console.context import parts

# Everything comes from this address and nothing is framed; the pages bring no script or style inside them. The nonce is for the
# libraries that put a style element of their own into the page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; media-src 'self' blob:; "
    "connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def csp_nonce() -> str:
    """This answer's own word, by which a page's libraries may set a style (Content Security Policy, level 3)."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def harden(response: Response) -> Response:
    """Put the headers on an answer."""
    headers, chosen = response.headers, parts().settings
    headers["Content-Security-Policy"] = POLICY.format(
        nonce=csp_nonce(), socket=phone_socket(chosen.phone_url, chosen.asterisk_http_port)
    )
    headers["X-Frame-Options"] = "DENY"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=(), payment=(), usb=()"
    if chosen.public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"  # residents' facts stay out of the browser's cache
    return response
