"""What a wait for the server's answer looks at besides the answer: the clock, and the session from outside."""

from __future__ import annotations

import math
import select
import time
from collections.abc import Callable

from msgspec import Struct

_TICK = 0.5
"""Seconds after which a wait looks up, so that a signal is seen on every platform."""


class Deadline(Exception):
    """The time is up."""


class Silence(Exception):
    """The server doesn't answer, and won't. The text says what a second connection found."""


class Watch(Struct):
    """`look` is called when the clock says `at`, and tells the seconds until the next time."""

    at: float
    look: Callable[[], float]

    def look_if_due(self) -> None:
        """Look, if it is time."""
        if time.monotonic() >= self.at:
            self.at = self.look() + time.monotonic()


def is_ready(socket: int, *, writing: bool, seconds: float) -> bool:
    """Wait until a socket can be read, or written to; False when the seconds are over."""
    if not hasattr(select, "poll"):
        sockets = select.select([] if writing else [socket], [socket] if writing else [], [], seconds)
        return bool(sockets[0] or sockets[1])
    # Made for each wait: unlike an epoll, which the kernel has to make and end, it is a list in this process.
    poll = select.poll()
    poll.register(socket, select.POLLOUT if writing else select.POLLIN)
    return bool(poll.poll(math.ceil(seconds * 1000)))


def tick(deadline: float | None, watch: Watch | None) -> float:
    """Seconds until the wait is to look up. Raises Deadline."""
    now = time.monotonic()
    if deadline is not None and deadline <= now:
        raise Deadline
    ends = (now + _TICK, deadline, None if watch is None else watch.at)
    return max(0.0, min(end for end in ends if end is not None) - now)
