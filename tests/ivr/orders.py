"""Orders that stand already when somebody calls."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.orders import Order, OrderStatus
from models.providers import Provider
from models.services import Service

PATH = (OrderStatus.OFFERED, OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY, OrderStatus.ARRIVED, OrderStatus.COMPLETED)


def place(
    session: Session, resident_id: int, key: str, starts_at: datetime, status: OrderStatus = OrderStatus.PLACED, **facts: object
) -> int:
    """Write an order of one hour and bring it to its status by the way that orders go; its id."""
    service = session.scalars(select(Service).where(Service.key == key)).one()
    provider = session.scalars(select(Provider)).first()
    placed = session.scalars(select(Order.id)).all()
    order = Order(
        code=str(1000 + len(placed)),
        resident_id=resident_id,
        service_id=service.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        when_words="",
        status=OrderStatus.PLACED,
        placed_at=starts_at - timedelta(days=1),
        **facts,
    )
    order.record("placed", order.placed_at, "resident")
    session.add(order)
    if status is OrderStatus.UNFILLED:
        order.move(status, order.placed_at, "dispatch")
    elif status is not OrderStatus.PLACED:
        for step in PATH[: PATH.index(status) + 1]:
            order.move(step, order.placed_at, "provider")
        order.provider = provider
    session.commit()
    return order.id
