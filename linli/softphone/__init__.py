"""A softphone as a library: places and takes real SIP calls without a sound device."""

from linli.softphone.call import Call
from linli.softphone.errors import CallOver, CallRefused, RegistrationRefused, SoftphoneError, Unreachable, WaitedTooLong
from linli.softphone.hearing import Span
from linli.softphone.identity import Identity
from linli.softphone.messages import Ended
from linli.softphone.phone import Softphone

__all__ = [
    "Call",
    "CallOver",
    "CallRefused",
    "Ended",
    "Identity",
    "RegistrationRefused",
    "Softphone",
    "SoftphoneError",
    "Span",
    "Unreachable",
    "WaitedTooLong",
]
