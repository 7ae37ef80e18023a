// Describes the machine that the benchmarks run on.
import { cpus, loadavg, release, totalmem, type } from 'node:os'

const gibibyte = 2 ** 30

export function describeMachine(runtime, variant, clock) {
  const processors = cpus()
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / gibibyte),
    os: `${type()} ${release()}`,
    // The average number of runnable processes in the last minute. Above `cores`, they competed for processors.
    load: loadavg()[0],
    runtime,
    variant,
    clock,
    threads: 1
  }
}
