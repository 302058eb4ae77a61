"""The phone's one line inside its process: its account with the server and the call that it is in."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from urllib.parse import quote, unquote

import pjsua2 as pj

from linli.softphone.earpiece import Earpiece
from linli.softphone.messages import Answered, Ended, Event, Incoming, KeyHeard, PowerOn, Progress, Registered

BUSY = 486


def _outcome(status: int) -> pj.CallOpParam:
    answer = pj.CallOpParam()
    answer.statusCode = status
    return answer


class LineCall(pj.Call):  # type: ignore[misc]  # pjsua2 has no type information
    """One call, from its first ring to its end."""

    def __init__(self, line: "Line", name: str, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(line, call_id)
        # A call destroyed by Python would take the pjsua call that has its number by then down with it.
        line.all_calls.append(self)
        self.line = line
        self.name = name
        self.confirmed = False
        self.sounding = False
        self.answered = False
        self.hung_up_here = False
        self.last_progress = 0

    def onCallState(self, prm: pj.OnCallStateParam) -> None:  # noqa: N802  # pjsua2's name
        """Report progress, the answer and the end."""
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self.confirmed = True
            self._report_answer()
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED and self.line.call is self:
            self.line.earpiece.listen_to("")
            self.line.call = None
            by_far_end = not self.hung_up_here
            self.line.report(Ended(self.name, info.lastStatusCode, info.lastReason, by_far_end, datetime.now(UTC)))

    def onCallTsxState(self, prm: pj.OnCallTsxStateParam) -> None:  # noqa: N802  # pjsua2's name
        """Report provisional answers; 100 changes no call state, so it is seen only here."""
        if not self.isActive():
            return
        info = self.getInfo()
        status = info.lastStatusCode
        if 100 <= status < 200 and status != self.last_progress:
            self.last_progress = status
            self.line.report(Progress(self.name, status))

    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:  # noqa: N802  # pjsua2's name
        """Connect the earpiece, again after each renegotiation."""
        # `.media` of a temporary would read freed memory: the info must live in a variable.
        info = self.getInfo()
        for index, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                if not self.sounding:
                    self.sounding = True
                    self.line.earpiece.listen_to(self.name)
                sound = self.getAudioMedia(index)
                self.line.earpiece.startTransmit(sound)
                sound.startTransmit(self.line.earpiece)
        self._report_answer()

    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:  # noqa: N802  # pjsua2's name
        """Report a key that the far end pressed."""
        self.line.report(KeyHeard(self.name, prm.digit))

    def pick_up(self) -> None:
        """Answer an incoming call."""
        self.answer(_outcome(200))

    def end(self, status: int) -> None:
        """Hang up, or turn the call away with this SIP status while it has not been answered."""
        self.hung_up_here = True
        self.hangup(_outcome(status))

    def _report_answer(self) -> None:
        if self.confirmed and self.sounding and not self.answered:
            self.answered = True
            self.line.report(Answered(self.name, datetime.now(UTC)))


class Line(pj.Account):  # type: ignore[misc]  # pjsua2 has no type information
    """The account; like a plain telephone it is in one call at a time and busy to a second."""

    def __init__(self, owner: PowerOn, report: Callable[[Event], None]) -> None:
        super().__init__()
        self.report = report
        self.earpiece = Earpiece(report)
        self.call: LineCall | None = None
        self.all_calls: list[LineCall] = []
        self.registered = False
        self.incoming_numbers = count(1)
        config = pj.AccountConfig()
        config.idUri = f"<sip:{quote(owner.number, safe='+')}@{owner.server}>"
        config.regConfig.registrarUri = f"sip:{owner.server}"
        config.regConfig.registerOnAdd = False
        config.regConfig.retryIntervalSec = 0
        config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", owner.credential_name, 0, owner.secret))
        config.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
        config.mediaConfig.transportConfig.port = 0  # the system chooses, so that any number of phones fit beside each other
        self.create(config)

    def onRegState(self, prm: pj.OnRegStateParam) -> None:  # noqa: N802  # pjsua2's name
        """Report the server's answer to a registration."""
        self.registered = prm.code == 200 and prm.expiration > 0
        self.report(Registered(prm.code, prm.reason))

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:  # noqa: N802  # pjsua2's name
        """Ring, or be busy."""
        call = LineCall(self, f"in-{next(self.incoming_numbers)}", prm.callId)
        if self.call is not None:
            call.end(BUSY)
            return
        self.call = call
        call.answer(_outcome(180))
        info = call.getInfo()
        number = re.search(r"sips?:([^@>;]*)@", info.remoteUri)
        self.report(Incoming(call.name, unquote(number[1]) if number else ""))

    def dial(self, name: str, uri: str) -> None:
        """Call this SIP address."""
        call = LineCall(self, name)
        self.call = call
        try:
            call.makeCall(uri, pj.CallOpParam(True))
        except pj.Error:
            self.call = None
            raise
