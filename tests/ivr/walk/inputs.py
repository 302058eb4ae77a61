"""What a caller can do when it is their turn: words as they are, keys as `key:1`, and what is no words in angle brackets."""

from tests.ivr.conftest import HANG_UP, SILENT

NOISE = "<noise>"  # the recogniser is sure that nobody spoke
FAILING = "<recogniser fails>"
BUSY = "<recogniser busy>"
LATE = "<recogniser late> "  # and then hears the words that follow
NO_MATCH = "那个谁啊"
MAYBE_EMERGENCY = "好像摔倒了"
EMERGENCY = "救命啊"
OPERATOR = "转人工"
ZERO = "key:0"
REPEAT = "再说一遍"
SLOWER = "慢一点"
WAIT = "等一下"
YES = "是的"
NO = "不对"
ALL_AT_ONCE = "我要订两份午饭，明天中午"

# What helps nobody: any mixture of these ends, however long the caller keeps to it.
OBSTINATE = (SILENT, NO_MATCH, REPEAT, WAIT, FAILING, "key:9", NO)
YESES = frozenset({YES, "key:1", f"{LATE}{YES}"})
# What is a yes where it is asked whether to cancel.
CANCELS = frozenset({"我要取消", "好像要取消", "取消修水管的", "算了，不要了"})
ANYWHERE = (*OBSTINATE, HANG_UP, ZERO, OPERATOR, EMERGENCY)
INPUTS = (
    *ANYWHERE,
    NOISE,
    "嗯",
    BUSY,
    SLOWER,
    "大声点",
    MAYBE_EMERGENCY,
    "好像要转人工",
    *("key:1", "key:2", "key:3", "key:#"),
    YES,
    f"{LATE}{YES}",
    "今天天气真好",
    "我家水管漏水了",
    "我要订午饭",
    "好像是订午饭",
    ALL_AT_ONCE,
    "明天上午九点",
    "两份",
    "不对，改成后天下午三点",
    "时间不对",
    "服务不对",
    "算了，不要了",
    "没有了",
    "我要取消",
    "好像要取消",
    "取消修水管的",
    "师傅什么时候来",
    "我要留言",
    "打电话给家里人",
    "好像找我女儿",
    "还是老样子",
    "我是王奶奶，我要订午饭",
)
