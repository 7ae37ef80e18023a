"""Sets up the process of a run: threads, device, number format and communication with other processes."""

import contextlib
import os
from dataclasses import dataclass

import torch
import torch.distributed as dist

from .thread_count import ThreadCount


@dataclass(frozen=True)
class Runtime:
    """One of the `world` processes that share each batch of a run; the process of rank 0 writes the files."""

    device: torch.device
    rank: int = 0
    world: int = 1
    thread_count: ThreadCount | None = None
    dtype: torch.dtype = torch.float32  # of matrix products

    @property
    def is_main(self) -> bool:
        """Whether this process has rank 0."""
        return self.rank == 0

    def autocast(self):
        """A context in which matrix products compute in `dtype`, and other operations in float32."""
        if self.dtype == torch.float32:
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, dtype=self.dtype)

    def mean(self, value: torch.Tensor) -> torch.Tensor:
        """The mean of `value` over all processes; every process must call this."""
        if self.world > 1:
            dist.all_reduce(value)
            value = value / self.world
        return value

    def broadcast_flag(self, flag: bool) -> bool:
        """The `flag` of rank 0, so that processes with different clocks take the same decision."""
        if self.world == 1:
            return flag
        tensor = torch.tensor([float(flag)], device=self.device)
        dist.broadcast(tensor, 0)
        return bool(tensor.item())

    def close(self) -> None:
        """End the connection with the other processes."""
        if self.world > 1:
            dist.destroy_process_group()


def start(threads: int | None = None, yield_cores: bool = False, bfloat16: bool = False) -> Runtime:
    """Set up this process; under torchrun, connect it with the others (NCCL on CUDA, Gloo on CPUs).

    `yield_cores`: between steps, reduce the number of threads to the number of free cores. `bfloat16`: compute matrix
    products in bfloat16, as always on CUDA; this is slower than float32 on a CPU without instructions for bfloat16.
    """
    # Denormal activations, which occur late in training, would make steps on a CPU several times slower.
    torch.set_flush_denormal(True)
    world = int(os.environ.get("WORLD_SIZE", "1"))
    rank = int(os.environ.get("RANK", "0"))
    torch.set_num_threads(threads or max(1, (os.cpu_count() or 1) // world))
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    if world > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return Runtime(device, rank, world, ThreadCount(torch.get_num_threads()) if yield_cores else None,
                   torch.bfloat16 if bfloat16 or device.type == "cuda" else torch.float32)
