"""Why a call cannot be replayed, and where its replay stops."""


class ReplayError(Exception):
    """A call, or one turn of it, cannot be heard again; the message says why, in both languages."""


class Parted(Exception):
    """The conversation takes another way than the recorded one: what the caller said from here on answers something else."""
