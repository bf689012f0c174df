"""One agreement with everything in it, and one person of each kind: what the walks walk through."""

from .building import build_world
from .cast import ACTORS, Party, World

__all__ = ["ACTORS", "Party", "World", "build_world"]
