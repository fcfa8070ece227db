import { useRef, useState } from 'react'
import type { Builder } from './builder.ts'
import { removeWithUndo } from './model/remove-with-undo.ts'

/** What can be done from a step of a view. */
export type BuilderActs = Pick<Builder, 'select' | 'openTrigger' | 'add'> & { readonly edit: Builder['draft']['edit'] } & {
  remove(id: string): void
}

/**
 * The acts of a builder, as an object that stays the same: a builder is new at each change of its flow, and whatever was handed it would
 * be drawn anew, five hundred steps for a letter in one of them.
 */
export function useActs(builder: Builder): BuilderActs {
  const latest = useRef(builder)
  latest.current = builder
  const [acts] = useState<BuilderActs>(() => ({
    select: (id) => latest.current.select(id),
    openTrigger: () => latest.current.openTrigger(),
    add: (gap) => latest.current.add(gap),
    edit: (change) => latest.current.draft.edit(change),
    remove: (id) => removeWithUndo(latest.current.draft, id),
  }))
  return acts
}
