import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { api, isFinal } from '../../lib/api.ts'
import { useMay } from '../../lib/me.ts'
import { signedOut } from '../../lib/signed-out.ts'
import { wordsOf } from '../../ui/states.tsx'
import { type Definition, definitionOf } from './model/definition.ts'
import { changed, type History, historyOf, redone, undone } from './model/history.ts'
import { type Flow, flowQuery, keepFlow } from './queries.ts'

const SAVE_AFTER_MS = 600
/** A server that was away is tried again, until it has the draft or there is a newer one. */
const AGAIN_MS = 3_000

/** The draft while it is edited. It saves itself a moment after the last change. */
export interface Draft {
  readonly definition: Definition
  readonly saving: 'saved' | 'waiting' | 'failed'
  /** Whether this person may change it; what they try otherwise comes to nothing. */
  readonly may: boolean
  /** Why it could not be saved. */
  readonly fault: string | null
  edit(change: (definition: Definition) => Definition): void
  undo(): void
  redo(): void
  readonly canUndo: boolean
  readonly canRedo: boolean
  /** Saves what waits now; resolves when the server has it. */
  flush(): Promise<void>
}

export function useDraft(app: string, flow: Flow): Draft {
  const queries = useQueryClient()
  const may = useMay('change')
  const [history, setHistory] = useState<History<Definition>>(() => historyOf(definitionOf(flow)))
  const [saving, setSaving] = useState<Draft['saving']>('saved')
  const [fault, setFault] = useState<string | null>(null)
  const latest = useRef(history.present)
  const kept = useRef(history.present)
  const under = useRef<Promise<void>>(Promise.resolve())
  const again = useRef<ReturnType<typeof setTimeout>>(undefined)
  latest.current = history.present

  const flush = useCallback((): Promise<void> => {
    under.current = under.current.then(async () => {
      const wanted = latest.current
      if (wanted === kept.current) return setSaving('saved')
      clearTimeout(again.current)
      try {
        // All of it: what is left out of a patch would stay.
        const saved = await api.flow.update(app, flow.id, wanted as never)
        kept.current = wanted
        // What was changed meanwhile stays changed.
        keepFlow(queries, app, { ...saved, ...(latest.current === wanted ? {} : (latest.current as Partial<Flow>)) })
        setFault(null)
        setSaving(latest.current === wanted ? 'saved' : 'waiting')
      } catch (error) {
        signedOut.note(error)
        setFault(wordsOf(error).detail)
        setSaving('failed')
        if (!isFinal(error)) again.current = setTimeout(() => void flush(), AGAIN_MS)
      }
    })
    return under.current
  }, [app, flow.id, queries])

  useEffect(() => {
    // Nothing was changed yet. What was undone may be what the server has, or what it had before a save that is under way.
    if (history.past.length + history.future.length === 0) return
    setSaving('waiting')
    // Who goes on to another page of the flow at once finds there what they have just done.
    const known = queries.getQueryData<Flow>(flowQuery(app, flow.id).queryKey) ?? flow
    keepFlow(queries, app, { ...known, ...(history.present as Partial<Flow>) })
    const timer = setTimeout(() => void flush(), SAVE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [history.present, flush, queries, app, flow.id])
  // Whoever has signed in again finds it saved.
  useEffect(() => signedOut.subscribe(() => !signedOut.get() && void flush()), [flush])
  // Who leaves the page at once has changed something all the same.
  useEffect(() => () => void flush(), [flush])

  return {
    definition: history.present,
    saving,
    fault,
    may,
    edit: (change) =>
      setHistory((before) => {
        if (!may) return before
        const next = change(before.present)
        return next === before.present ? before : changed(before, next)
      }),
    undo: () => setHistory(undone),
    redo: () => setHistory(redone),
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    flush,
  }
}
