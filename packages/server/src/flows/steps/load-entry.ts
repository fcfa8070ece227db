import type { StepOf } from '@posthorn/contract'
import type { Slots } from '../mapping/slots.ts'
import type { SiloJob } from '../silo/silo-job.ts'
import type { RunStep, StepOutcome } from '../segment/step-outcome.ts'
import { failedAt } from './outbound-headers.ts'

/** Reads an entry by its id or key. Ends with `{ id, key, version, contentType, document }`; KO with `entry_not_found` where there is none. */
export function compileLoadEntryStep(step: StepOf<'load_entry'>, slots: Slots): RunStep {
  const evaluate = slots.text(step.entry, 'entry')
  return (context) => askForEntry('load_entry', evaluate(context))
}

export function askForEntry(kind: Exclude<SiloJob['kind'], 'save_entry'>, entry: string): StepOutcome {
  if (entry === '' || entry.includes('\0') || !entry.isWellFormed())
    return failedAt('entry_not_found', 'The id or key of the entry is empty, or is none.', ['entry']).failure
  return { kind: 'compute', job: { kind, entry } }
}
