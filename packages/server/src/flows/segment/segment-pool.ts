import { createChildPool, programBeside, type ChildPool, type Clock } from '#platform'
import type { SegmentAnswer, SegmentJob } from './segment.ts'

/** Where segments run that the event loop has no time for. */
export type SegmentPool = ChildPool<SegmentJob, SegmentAnswer>

/** Processor time of a segment. It stops by itself after a quarter of a second, between two steps, so this is about one step. */
const SEGMENT_CPU_MS = 2000
const SEGMENT_HEAP_MB = 256

/** Its processes start when the first segment needs one, and go when none does. */
export function createSegmentPool({ clock, processes = 2, cpuMs = SEGMENT_CPU_MS }: SegmentPoolOptions): SegmentPool {
  const program = programBeside('./segment-process', import.meta.url)
  return createChildPool({ clock, program, processes, cpuMs, heapMb: SEGMENT_HEAP_MB })
}

export interface SegmentPoolOptions {
  readonly clock: Clock
  readonly processes?: number
  readonly cpuMs?: number
}
