"""The answer to a service's own question, as a person writes it: how many, or what."""

from dispatch.cleaning import clean_words
from dispatch.placing import NOTE_AT_MOST
from models.services import Service

MOST_AT_ONCE = 50  # of what a service counts: meals, say


class DetailRefused(Exception):
    """The answer is missing or none; the text says so in Chinese and, on a second line, in English."""


def read_details(service: Service, answer: str) -> dict[str, str | int]:
    """What `answer` says to the service's question, as an order keeps it; {} where it asks nothing. Raises `DetailRefused`."""
    kind, about = service.question.get("kind"), service.question.get("about", "")
    if kind == "count":
        if not answer.strip().isdecimal() or not 1 <= int(answer) <= MOST_AT_ONCE:
            raise DetailRefused(f"请写要几{about}，1到{MOST_AT_ONCE}。\nWrite how many, 1 to {MOST_AT_ONCE}.")
        return {about: int(answer)}
    if kind == "words":
        if not (words := clean_words(answer, NOTE_AT_MOST)):
            raise DetailRefused(f"请写{about}。\nWrite what it is about: {about}.")
        return {about: words}
    return {}
