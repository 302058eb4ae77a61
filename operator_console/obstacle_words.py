"""Why the exchange did nothing, in the console's words."""

from exchange.obstacles import Obstacle

OBSTACLES = {
    Obstacle.NO_EXCHANGE: (
        "电话交换机没有回应，没有呼叫。请用别的电话拨打。",
        "The exchange does not answer; nobody is being called. Use another telephone.",
    ),
    Obstacle.OVER: (
        "居民的电话已经断了，没有呼叫。请用别的电话拨打。",
        "The resident's line has ended; nobody is being called. Use another telephone.",
    ),
    Obstacle.NOBODY: (
        "还没有人和居民通话。先接听，再叫人进来。",
        "Nobody talks to the resident yet. Answer first, then call somebody in.",
    ),
    Obstacle.NOT_YOURS: ("这个通话不在您的话机上。", "This call is not on your telephone."),
    Obstacle.ALREADY: ("已经在呼叫，或者已经在通话中。", "They are being called already, or are in the call."),
    Obstacle.THREE: (
        "已经是几方通话了：您挂断，其余的人接着说。",
        "Several are in the call already: hang up, and the others talk on.",
    ),
    Obstacle.ASIDE: (
        "正在单独和第三方说话：先接通，或者接回居民。",
        "You are asking somebody aside: connect them first, or take the resident back.",
    ),
    Obstacle.NOT_ASIDE: (
        "没有正在单独联系的人，通话没有变。",
        "Nobody is being asked aside; the call is as it was.",
    ),
    Obstacle.NOT_YET: ("对方还没有接，居民还在等。", "They have not answered yet; the resident is still waiting."),
    Obstacle.REFUSED: (
        "没能接到一起，原来的通话没有变。请再试一次。",
        "It could not be done; the call is as it was. Please try again.",
    ),
    Obstacle.NO_PHONE: ("您的话机没有连上，没有呼叫。", "Your telephone is not connected; nobody is being called."),
    Obstacle.TALKING: (
        "您的话机正在通话或者响铃，先结束再拨。",
        "Your telephone is in a call or ringing; end that first.",
    ),
    Obstacle.NO_NUMBER: ("没有可以拨的号码。", "There is no number that can be dialled."),
}
