import { tryAlone, type AloneTrial, type FlowTryOut } from '#api'
import { createIds } from '#domain'
import { createSegmentPool } from '#flows'
import { createEgress, createTransformPool, systemClock, systemRandom } from '#platform'
import { readFlowFile, type FlowFileFault } from './flow-file.ts'

/** What to run it with. Nothing of it is kept, and nothing is sent unless `calls` says so. */
export type FlowFileTrial = Omit<AloneTrial, 'definition'>

export type FlowFileRun =
  | { readonly kind: 'tried'; readonly tried: FlowTryOut }
  | { readonly kind: 'faulty'; readonly faults: readonly FlowFileFault[] }
  | { readonly kind: 'unknown_step'; readonly message: string }

/** Runs a flow in a file in this process. */
export async function runFlowFile(text: string, trial: FlowFileTrial): Promise<FlowFileRun> {
  const file = readFlowFile(text)
  if (!file.ok) return { kind: 'faulty', faults: file.faults }
  const clock = systemClock
  const random = systemRandom()
  const ids = createIds({ now: clock.now, fill: (target) => random.fill(target) })
  await using transforms = createTransformPool({ clock, processes: 1 })
  await using segmentPool = createSegmentPool({ clock, processes: 1 })
  // Who runs a file on a machine may call what runs on it, as `serve --dev` may.
  const egress = createEgress({ clock, allowHttp: true, allow: ['127.0.0.0/8', '::1/128'] })
  await using _ = { [Symbol.asyncDispose]: () => egress.close() }
  const ended = await tryAlone({ clock, random, ids, egress, transforms, segmentPool }, { ...trial, definition: file.definition })
  return ended.kind === 'faulty' ? { ...ended, faults: ended.faults.map(file.place) } : ended
}
