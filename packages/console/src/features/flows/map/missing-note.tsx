import { Button } from '../../../ui/button.tsx'
import { Note } from '../../../ui/note.tsx'
import { withDefault } from './with-default.ts'
import type { Step } from '../model/definition.ts'
import type { Trial } from './use-trials.ts'

/** What the server found missing, in how many of the requests, and the one thing that helps. */
export function MissingNotes({
  step,
  trials,
  onChange,
}: {
  readonly step: Step
  readonly trials: readonly Trial[]
  onChange(step: Step): void
}) {
  const missing = new Map<string, number>()
  for (const { result } of trials) {
    const warnings = result.steps.find(({ id }) => id === step.id)?.warnings ?? []
    for (const warning of warnings) missing.set(warning, (missing.get(warning) ?? 0) + 1)
  }
  return [...missing].map(([warning, count]) => {
    const path = warning.replace(/ is not there$/, '')
    const mended = withDefault(step, path)
    return (
      <Note
        key={warning}
        title={
          <>
            <code className="font-mono">{path}</code> is missing{' '}
            {trials.length === 1 ? 'here' : `in ${count} of the last ${trials.length} requests`}.
          </>
        }
        actions={
          mended !== step && (
            <Button size="sm" onClick={() => onChange(mended)}>
              Add a default
            </Button>
          )
        }
      >
        There it becomes null.
      </Note>
    )
  })
}
