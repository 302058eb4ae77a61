"""The facts as `--json` prints them: plain values, times in ISO 8601 with the community's own offset."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from audio.sealing import find_recording
from models.calls import Call, Recording, Turn
from models.messages import Message
from models.orders import Offer, Order, OrderEvent
from models.providers import Provider
from models.residents import Contact, Resident

Document = dict[str, Any]


def iso(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """A moment in the community's time zone: 2026-11-23T09:00:00+08:00."""
    return moment.astimezone(zone).isoformat() if moment else None


def resident_document(resident: Resident) -> Document:
    """One resident, with telephones, devices and whom to call."""
    return {
        "id": resident.id,
        "name": resident.name,
        "form_of_address": resident.form_of_address,
        "born": resident.born.isoformat(),
        "gender": resident.gender,
        "area": resident.area.name,
        "address": resident.address,
        "numbers": numbers_of(resident),
        "devices": [
            {"id": device.id, "number": device.number, "model": device.model, "place": device.place}
            for device in resident.devices
        ],
        "contacts": [_contact(contact) for contact in resident.contacts],
        "notes": resident.notes,
    }


def order_document(order: Order, offers: Sequence[Offer], zone: ZoneInfo) -> Document:
    """One order, with its history and every offer of it, the oldest first."""
    return {
        "id": order.id,
        "code": order.code,
        "service": {"key": order.service.key, "name": order.service.name},
        "resident": _brief(order.resident),
        "when": {"start": iso(order.starts_at, zone), "end": iso(order.ends_at, zone), "words": order.when_words},
        "status": order.status.value,
        "provider": _provider(order.provider),
        "money": {"price_fen": order.price_fen, "subsidy_fen": order.subsidy_fen, "owed_fen": order.owed_fen},
        "repeat": {"id": order.repeat_id, "on": str(order.repeat_on)} if order.repeat_id else None,
        "note": order.note,
        "words": order.words,
        "call_id": order.call_id,
        "placed_at": iso(order.placed_at, zone),
        "history": [_event(event, zone) for event in order.history],
        "offers": [_offer(offer, zone) for offer in offers],
    }


def call_document(call: Call, order_ids: Sequence[int], recordings_dir: Path, zone: ZoneInfo) -> Document:
    """One call, with what was said and where it is recorded."""
    return {
        "id": call.id,
        "channel_id": call.channel_id,
        "number": call.number,
        "device_id": call.device_id,
        "resident": _brief(call.resident),
        "status": call.status.value,
        "outcome": call.outcome,
        "answered_by": call.answered_by,
        "collected": call.collected,
        "order_ids": list(order_ids),
        "started_at": iso(call.started_at, zone),
        "handed_over_at": iso(call.handed_over_at, zone),
        "operator_at": iso(call.operator_at, zone),
        "ended_at": iso(call.ended_at, zone),
        "turns": [_turn(turn, zone) for turn in call.turns],
        "recordings": [_recording(recording, recordings_dir, zone) for recording in call.recordings],
    }


def message_document(message: Message, zone: ZoneInfo) -> Document:
    """One SMS."""
    return {
        "id": message.id,
        "direction": message.direction.value,
        "number": message.number,
        "body": message.body,
        "status": message.status.value,
        "order_id": message.order_id,
        "offer_id": message.offer_id,
        "gateway": message.gateway,
        "segments": message.segments,
        "attempts": message.attempts,
        "error": message.error,
        "created_at": iso(message.created_at, zone),
        "updated_at": iso(message.updated_at, zone),
    }


def numbers_of(resident: Resident) -> list[str]:
    """The numbers a resident calls from, the first known first."""
    return [phone.number for phone in sorted(resident.phones, key=lambda phone: phone.id)]


def _brief(resident: Resident | None) -> Document | None:
    return {"id": resident.id, "name": resident.name} if resident else None


def _provider(provider: Provider | None) -> Document | None:
    return {"id": provider.id, "name": provider.name, "number": provider.number} if provider else None


def _contact(contact: Contact) -> Document:
    return {"role": contact.role.value, "name": contact.name, "relation": contact.relation, "number": contact.number}


def _event(event: OrderEvent, zone: ZoneInfo) -> Document:
    return {"at": iso(event.at, zone), "happened": event.happened, "by": event.by, "details": event.details}


def _offer(offer: Offer, zone: ZoneInfo) -> Document:
    return {
        "id": offer.id,
        "provider": _provider(offer.provider),
        "status": offer.status.value,
        "made_at": iso(offer.made_at, zone),
        "expires_at": iso(offer.expires_at, zone),
        "answered_at": iso(offer.answered_at, zone),
        "reasons": offer.reasons,
    }


def _turn(turn: Turn, zone: ZoneInfo) -> Document:
    return {
        "at": iso(turn.at, zone),
        "speaker": turn.speaker,
        "words": turn.words,
        "prompt": turn.prompt,
        "heard": turn.heard,
    }


def _recording(recording: Recording, recordings_dir: Path, zone: ZoneInfo) -> Document:
    return {
        "kind": recording.kind,
        "file": str(find_recording(recordings_dir / recording.path) or recordings_dir / recording.path),
        "made_at": iso(recording.made_at, zone),
    }
