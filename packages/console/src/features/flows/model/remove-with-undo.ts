import { say } from '../../../ui/toast.tsx'
import type { Draft } from '../use-draft.ts'
import { removeStep } from './edit.ts'

/** Takes a step out, and says how to have it back. */
export function removeWithUndo(draft: Draft, id: string): void {
  if (!draft.may) return
  draft.edit((definition) => removeStep(definition, id))
  say(`${id} is removed.`, { undo: draft.undo })
}
