"""What a recogniser is told to expect where somebody may have cried for help."""

from collections.abc import Sequence

CRIES = ("救命", "快来人", "摔倒了", "起不来", "昏过去了", "喘不上气", "胸口疼", "流血", "着火了", "煤气漏了", "小偷", "救护车")
# It is given the choice: told of cries alone, it makes one of anything (飘飘飘酒难 became 叫救救救救命).
OTHERWISE = ("取消", "不要了", "是的", "谢谢", "没事", "今天天气好")


def cries_among(hints: Sequence[str]) -> list[str]:
    """Cries for help among what else may be said here."""
    return [*CRIES, *hints, *OTHERWISE]
