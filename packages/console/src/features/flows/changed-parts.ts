import type { FlowDiffOut } from '@posthorn/sdk'

type Change = FlowDiffOut['changes'][number]

/** A step, or the flow itself, with all that differs of it. */
export interface ChangedPart {
  readonly stepId: string | null
  readonly kind: string | null
  readonly changes: readonly Change[]
}

/** By step, in the order in which the server names them: the flow itself first, what was removed last. */
export function changedParts(changes: readonly Change[]): readonly ChangedPart[] {
  return [...Map.groupBy(changes, ({ stepId }) => stepId)].map(([stepId, of]) => ({ stepId, kind: of[0]!.kind, changes: of }))
}
