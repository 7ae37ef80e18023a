// What the benchmarks ran on.
import { cpus, loadavg, release, totalmem, type } from 'node:os'

const gibibyte = 2 ** 30

export function describeMachine(runtime, variant, clock) {
  const processors = cpus()
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / gibibyte),
    os: `${type()} ${release()}`,
    // Processes that wanted a processor in the minute before: above `cores` they were in each other's way.
    load: loadavg()[0],
    runtime,
    variant,
    clock,
    threads: 1
  }
}
