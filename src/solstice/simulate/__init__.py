"""Virtual people, drawn from a seed, for demonstrations and drills; they are never mixed with real people."""

from solstice.simulate.courses import TRAJECTORIES, Trajectory, VirtualWeek, items_for_total, weekly_course

__all__ = ["TRAJECTORIES", "Trajectory", "VirtualWeek", "items_for_total", "weekly_course"]
