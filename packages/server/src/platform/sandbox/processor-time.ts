import { readFileSync } from 'node:fs'

/** Linux counts it in hundredths of a second for everybody who reads, whatever the kernel's own clock does. */
const MS_PER_TICK = 10

/**
 * Processor time that a process has used since it began, in milliseconds. Infinity where the machine does not say, or the process is
 * gone: then whoever asks falls back to the time that has passed.
 */
export function processorMsOf(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name stands in parentheses, and may hold spaces and parentheses of its own.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    return Number.isFinite(ticks) ? ticks * MS_PER_TICK : Infinity
  } catch {
    return Infinity
  }
}
