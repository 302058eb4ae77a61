"""Whether a message may have been taken, where a gateway over HTTP failed."""

from requests import ConnectTimeout
from requests.exceptions import ConnectionError as ConnectionLost
from urllib3.exceptions import MaxRetryError, NewConnectionError

# A server's fault may come after it has taken the message. 503 says that it has not.
DOUBTFUL = frozenset({500, 502, 504})


def never_reached(error: Exception) -> bool:
    """Whether not even a connection was made, so that nothing can have been taken."""
    if isinstance(error, ConnectTimeout):
        return True
    cause = error.args[0] if isinstance(error, ConnectionLost) and error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
