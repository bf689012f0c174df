"""The demonstration: a made-up story around the real memorandum, marked as such wherever it shows."""

from mou_portal.demo.loading import AGREEMENT, DEFAULT_SEED, MOST, Loaded, load_demonstration

__all__ = ["AGREEMENT", "DEFAULT_SEED", "MOST", "Loaded", "load_demonstration"]
