"""The demo's one-key phone, by which a newcomer calls the centre through the browser's own microphone.

It is the first one-key phone of the community once more (`device-N-browser` in pjsip.conf): its keys are the same, and whoever
answers sees whose phone it is.
"""

from flask import Blueprint, abort, render_template

from models.devices import Device, devices_with_account
from models.phone_settings import phone_socket
from models.secrets import own_secret
from operator_console.context import facts, parts

demo_device = Blueprint("demo_device", __name__, url_prefix="/demo/one-key-phone")


@demo_device.get("/")
def show() -> str:
    """The telephone by the bed: red, green, two faces, and a keypad."""
    device = _device()
    return render_template("demo_device.html", device=device, faces=list(device.rings.items())[:2])


@demo_device.get("/account")
def account() -> dict[str, str]:
    """With what the page registers with the exchange."""
    user, settings = f"device-{_device().id}-browser", parts().settings
    return {
        "uri": f"sip:{user}@linli",
        "user": user,
        "password": own_secret(settings, "device-browser"),
        "socket": phone_socket(settings.phone_url, settings.asterisk_http_port),
    }


def _device() -> Device:
    return facts().scalars(devices_with_account().limit(1)).first() or abort(404)
