"""The settings of the day's plan: when it is made, how long it may take."""

from datetime import time

from pydantic import Field
from pydantic_settings import BaseSettings


class PlanningSettings(BaseSettings):
    """A site's own part in planning tomorrow's visits."""

    plan_at: time = time(16)  # for the following day, in the community's own time
    plan_solve_s: int = Field(default=30, ge=1, le=600)  # how long the solver may look for a better plan
    plan_travel_kmh: float = Field(default=15.0, gt=0, le=120)  # how fast workers get about: by bicycle
    plan_patience_min: int = Field(default=20, ge=1, le=240)  # a plan that is later than this is waited for no more
