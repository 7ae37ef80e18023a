"""Fits the number of CPU threads to what other work leaves free, between one step and the next."""

import os
import time
from pathlib import Path

import torch

_STAT = Path("/proc/stat")


class ThreadCount:
    """All threads while the cores are free, fewer while others need them.

    A parallel section ends with its slowest thread. At low priority, a thread that shares its core
    with a busy compiler holds up all the others: on two cores with one taken, a step on two
    threads was seen to take several times as long as on one. Rounding differs with the number of
    threads, so a run with this is not repeatable to the last bit; it is off unless asked for.
    """

    def __init__(self, most: int):
        self._most = most
        self._cpu, self._wall, self._idle = time.process_time(), time.monotonic(), _idle_seconds()

    def adapt(self) -> None:
        """Call after each step."""
        cpu, wall, idle = time.process_time(), time.monotonic(), _idle_seconds()
        seconds = max(1e-3, wall - self._wall)
        threads = torch.get_num_threads()
        free = (idle - self._idle) / seconds           # cores that did nothing
        received = (cpu - self._cpu) / seconds         # cores this process had
        if threads > 1 and received < 0.75 * threads:
            torch.set_num_threads(max(1, round(received)))
        elif threads < self._most and free > 0.8:
            torch.set_num_threads(min(self._most, threads + int(free + 0.2)))
        self._cpu, self._wall, self._idle = cpu, wall, idle


def _idle_seconds() -> float:
    """Idle time of all cores together; where there is no /proc/stat, none."""
    if not _STAT.exists():
        return 0.0
    fields = _STAT.read_text().split("\n", 1)[0].split()
    return int(fields[4]) / os.sysconf("SC_CLK_TCK")
