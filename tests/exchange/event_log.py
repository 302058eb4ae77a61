"""Lines of Asterisk's event log, as Asterisk writes them."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
OWN = "LINLI_"


@dataclass(frozen=True)
class Line:
    """One channel of a call, whose events are written after so many seconds."""

    channel: str = "PJSIP/device-7-0000001a"
    unique_id: str = "1795312800.1"
    linked_id: str = "1795312800.1"
    number: str = "057188886666"

    def line(self, after_s: float, name: str, extra: str = "") -> bytes:
        """An event's line; the text of an own one is wrapped in JSON, as is why a channel ended."""
        at = BEGIN + timedelta(seconds=after_s)
        if name.startswith(OWN):
            extra = json.dumps({"extra": extra}, separators=(",", ":")) if extra else ""
        elif name == "HANGUP":
            extra = json.dumps({"hangupcause": 16, "hangupsource": self.channel, "dialstatus": ""}, separators=(",", ":"))
        fields = [f"{int(at.timestamp())}.{at.microsecond:06d}", name, extra, "sos", self.channel, self.unique_id]
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow([*fields, self.linked_id, self.number])
        return text.getvalue().encode()

    def desk(self, seat: int, serial: int) -> "Line":
        """The operator's telephone that rings for this call."""
        return Line(f"PJSIP/desk-{seat}-{serial:08x}", f"1795312800.{serial}", self.linked_id, str(seat))
