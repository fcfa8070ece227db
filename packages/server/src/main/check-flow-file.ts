import { compileFlow } from '#flows'
import { createTransformPool, systemClock } from '#platform'
import { readFlowFile, type FlowFileFault } from './flow-file.ts'

export interface FlowFileCheck {
  readonly faults: readonly FlowFileFault[]
  readonly warnings: readonly FlowFileFault[]
}

/** What publishing would say of a flow in a file, without a server. Whether listener and secrets are there, only a server knows. */
export async function checkFlowFile(text: string): Promise<FlowFileCheck> {
  const file = readFlowFile(text)
  if (!file.ok) return { faults: file.faults, warnings: [] }
  await using transforms = createTransformPool({ clock: systemClock, processes: 1 })
  const compiled = await compileFlow(file.definition, { transforms, owner: 'check' })
  return compiled.ok
    ? { faults: [], warnings: compiled.warnings.map(file.place) }
    : { faults: compiled.faults.map(file.place), warnings: [] }
}
