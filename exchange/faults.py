"""Saying where something went wrong without repeating what a caller said."""


def place(error: BaseException) -> str:
    """Name an exception and where it was raised; its message is left out, it may hold a caller's words."""
    trace = error.__traceback__
    places = []
    while trace:
        places.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(places[-4:])) or 'an unknown place'}"
