"""Demo data: one believable community (桂花园社区), kept as TOML files beside this one."""

from models.demo.load import demo_caller, load_demo
from models.demo.read import DemoDataError, read_demo

__all__ = ["DemoDataError", "demo_caller", "load_demo", "read_demo"]
