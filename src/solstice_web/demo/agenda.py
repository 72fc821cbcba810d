"""What happens in the demonstration clinic, in the order of time, whoever it concerns."""

import heapq
from collections.abc import Callable
from datetime import datetime

Act = Callable[[datetime], None]


class Agenda:
    """Acts with their moments; an act may put later ones on the agenda. What lies after `until` does not happen."""

    def __init__(self, *, until: datetime) -> None:
        self.until = until
        self._waiting: list[tuple[datetime, int, Act]] = []
        self._count = 0

    def put(self, at: datetime, act: Act) -> None:
        if at <= self.until:
            heapq.heappush(self._waiting, (at, self._count, act))
            self._count += 1

    def run(self) -> None:
        """Do everything, the earliest first; acts of one moment in the order they were put there."""
        while self._waiting:
            at, _, act = heapq.heappop(self._waiting)
            act(at)
