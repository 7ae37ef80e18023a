"""Adapts the number of CPU threads between steps to the cores that other programs leave free."""

import os
import time
from pathlib import Path

import torch

_STAT = Path("/proc/stat")


class ThreadCount:
    """Uses `most` threads while the cores are free, and fewer threads while other programs need the cores.

    A parallel section ends when its slowest thread ends. If that thread shares its core with another program, all other
    threads wait: on two cores, one of them busy, two threads can be several times slower than one. The number of threads
    changes the rounding, so a run with this class is not repeatable to the last bit. It is therefore optional.
    """

    def __init__(self, most: int):
        self._most = most
        self._cpu, self._wall, self._idle = time.process_time(), time.monotonic(), _idle_seconds()

    def adapt(self) -> None:
        """Measure the free cores and set the number of threads; call this after each step."""
        cpu, wall, idle = time.process_time(), time.monotonic(), _idle_seconds()
        seconds = max(1e-3, wall - self._wall)
        threads = torch.get_num_threads()
        free = (idle - self._idle) / seconds           # number of idle cores
        received = (cpu - self._cpu) / seconds         # number of cores that this process used
        if threads > 1 and received < 0.75 * threads:
            torch.set_num_threads(max(1, round(received)))
        elif threads < self._most and free > 0.8:
            torch.set_num_threads(min(self._most, threads + int(free + 0.2)))
        self._cpu, self._wall, self._idle = cpu, wall, idle


def _idle_seconds() -> float:
    """The total idle time of all cores, in seconds; 0 without /proc/stat."""
    if not _STAT.exists():
        return 0.0
    fields = _STAT.read_text().split("\n", 1)[0].split()
    return int(fields[4]) / os.sysconf("SC_CLK_TCK")
