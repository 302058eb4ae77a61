"""Areas: the parts of the community that providers choose to serve."""

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Area(Base):
    """A neighbourhood; `latitude` and `longitude` are its centre in degrees."""

    __tablename__ = "areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    latitude: Mapped[float]
    longitude: Mapped[float]
