"""What a page asks of the record several times is read once: kept for one GET, dropped with it and by any write.

Nothing is kept from one request to the next, and nothing at all outside a GET (commands, forms, work behind the pages),
so that what is shown is as old as its page and never older (decision 0016).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

Parts = ParamSpec("Parts")
Found = TypeVar("Found")
_kept: ContextVar[dict[Any, Any] | None] = ContextVar("read once", default=None)


@contextmanager
def reading_once(*, only_reads: bool) -> Iterator[None]:
    """Inside, every `once` query is asked at most once; a request that may write asks each time."""
    token = _kept.set({} if only_reads else None)
    try:
        yield
    finally:
        _kept.reset(token)


def once(query: Callable[Parts, Found]) -> Callable[Parts, Found]:
    """For a query whose answer is the same for every reader and is changed by nobody: a tuple, never a QuerySet.

    What is kept from a reader is taken out after it, by whoever hands it on (decision 0014).
    """

    @wraps(query)
    def asked(*args: Parts.args, **kwargs: Parts.kwargs) -> Found:
        kept = _kept.get()
        if kept is None:
            return query(*args, **kwargs)
        key = (query, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = query(*args, **kwargs)
        return cast(Found, kept[key])

    return asked


def forget() -> None:
    """Something was written: what was read before is not relied on any more."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()
