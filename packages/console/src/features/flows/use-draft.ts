import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useMay } from '../../lib/me.ts'
import { signedOut } from '../../lib/signed-out.ts'
import { type Definition, definitionOf } from './model/definition.ts'
import { changed, type History, historyOf, redone, undone } from './model/history.ts'
import { type Flow, flowQuery, keepFlow } from './queries.ts'
import { type Saving, useSaving } from './use-saving.ts'

const SAVE_AFTER_MS = 600

/** The draft while it is edited. It saves itself a moment after the last change. */
export interface Draft extends Omit<Saving, 'reread' | 'wait'> {
  readonly definition: Definition
  /** Whether this person may change it; what they try otherwise comes to nothing. */
  readonly may: boolean
  edit(change: (definition: Definition) => Definition): void
  undo(): void
  redo(): void
  readonly canUndo: boolean
  readonly canRedo: boolean
  /** Goes on with the draft as the server has it. */
  reload(): Promise<void>
}

export function useDraft(app: string, flow: Flow): Draft {
  const queries = useQueryClient()
  const may = useMay('change')
  const [history, setHistory] = useState<History<Definition>>(() => historyOf(definitionOf(flow)))
  const latest = useRef(history.present)
  latest.current = history.present
  const { flush, reread, wait, ...state } = useSaving(app, flow, latest)

  const reload = useCallback(async (): Promise<void> => setHistory(historyOf(await reread())), [reread])

  useEffect(() => {
    // Nothing was changed yet. What was undone may be what the server has, or what it had before a save that is under way.
    if (history.past.length + history.future.length === 0) return
    wait()
    // Who goes on to another page of the flow at once finds there what they have just done.
    const known = queries.getQueryData<Flow>(flowQuery(app, flow.id).queryKey) ?? flow
    keepFlow(queries, app, { ...known, ...(history.present as Partial<Flow>) })
    const timer = setTimeout(() => void flush(), SAVE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [history.present, flush, wait, queries, app, flow.id])
  // Whoever has signed in again finds it saved.
  useEffect(() => signedOut.subscribe(() => !signedOut.get() && void flush()), [flush])
  // Who leaves the page at once has changed something all the same.
  useEffect(() => () => void flush(), [flush])

  return {
    definition: history.present,
    ...state,
    may,
    edit: (change) =>
      setHistory((before) => {
        if (!may) return before
        const next = change(before.present)
        return next === before.present ? before : changed(before, next)
      }),
    undo: () => setHistory(undone),
    redo: () => setHistory(redone),
    reload,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    flush,
  }
}
