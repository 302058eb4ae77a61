"""The demo gateway: nothing leaves the machine; its messages are read and answered in the console and by `linli reply`."""

from uuid import uuid4

from models.settings import Settings


class DemoGateway:
    """Takes every message; the table of messages is the provider's telephone."""

    def __init__(self, settings: Settings, name: str) -> None:
        pass

    def send(self, number: str, body: str) -> str:
        """The message counts as sent."""
        return f"demo-{uuid4().hex}"
