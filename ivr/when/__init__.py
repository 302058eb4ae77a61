"""When a resident wants somebody to come: understood from what they say."""

from ivr.spoken_times import say_when
from ivr.when.span import Span
from ivr.when.understanding import understand_when

__all__ = ["Span", "say_when", "understand_when"]
