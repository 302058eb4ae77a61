"""`linli reply`: a provider's SMS answer, by the demo gateway."""

import json

import click
from sqlalchemy import select

from dispatch.answers import receive_message, who_writes
from dispatch.queue import JobQueue
from linli.documents import message_document
from linli.facts import site_facts
from models.base import utc_now
from models.messages import Direction, Message
from models.phones import normalise_number


@click.command()
@click.argument("phone")
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output")
def reply(phone: str, text: tuple[str, ...], *, as_json: bool) -> None:
    """以服务商的号码 PHONE 回短信 TEXT（例如 1 4821）/ Answer by SMS as the provider with number PHONE, e.g. 1 4821."""
    with site_facts() as facts:
        if not facts.settings.is_demo_gateway:
            raise click.ClickException("只有演示短信网关才能代答 / answering for a provider is for gateway = demo only")
        number = normalise_number(phone)
        provider, _ = who_writes(facts.session, number)
        if provider is None:
            raise click.ClickException(f"没有服务商或人员用这个号码 / no provider or worker has this number: {phone}")
        queue = JobQueue(facts.settings.redis)
        incoming = receive_message(
            facts.session, queue, facts.settings, number=number, body=" ".join(text), gateway_ref=None, now=utc_now()
        )
        if incoming.acted_at is None:
            raise click.ClickException(
                "已存下，还没有办成，稍后自动再办 / kept, but not acted upon; that is tried again by itself"
            )
        # Its answer was written in the same transaction; what comes later may be a new offer.
        answers = facts.session.scalars(
            select(Message)
            .where(Message.number == number, Message.direction == Direction.OUT, Message.created_at == incoming.created_at)
            .where(Message.id > incoming.id)
            .order_by(Message.id)
        ).all()
        if as_json:
            document = {
                "received": message_document(incoming, facts.zone),
                "answers": [message_document(answer, facts.zone) for answer in answers],
            }
            click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        else:
            for answer in answers:
                click.echo(answer.body)
