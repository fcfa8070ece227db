import { PosthornError } from '@posthorn/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useCallback, useRef, useState } from 'react'
import { api, isFinal } from '../../lib/api.ts'
import { useMe } from '../../lib/me.ts'
import { signedOut } from '../../lib/signed-out.ts'
import { clockTime } from '../../lib/time.ts'
import { wordsOf } from '../../ui/states.tsx'
import { type Definition, definitionOf } from './model/definition.ts'
import { type Flow, keepFlow } from './queries.ts'
import { type SaveLine, saveLineOf } from './save-line.ts'

/** A server that was away is tried again, until it has the draft or there is a newer one. */
const AGAIN_MS = 3_000

/** How a draft stands with the server. */
export interface Saving {
  readonly saving: 'saved' | 'waiting' | 'failed'
  /** Why it could not be saved. */
  readonly fault: string | null
  /** Who changed the draft meanwhile, so that nothing of this one is saved; null: nobody. */
  readonly conflict: string | null
  /** Something was changed that will be saved. */
  wait(): void
  /** Saves what waits now; resolves when the server has it. */
  flush(): Promise<void>
  /** The draft as the server has it, from which this one goes on. */
  reread(): Promise<Definition>
  /** Of everything that is written to this draft. */
  readonly line: SaveLine
}

/** Saves the latest of a draft, and knows which draft of the server it was made from. */
export function useSaving(app: string, flow: Flow, latest: RefObject<Definition>): Saving {
  const queries = useQueryClient()
  const me = useMe()?.id
  const [saving, setSaving] = useState<Saving['saving']>('saved')
  const [fault, setFault] = useState<string | null>(null)
  const [conflict, setConflict] = useState<string | null>(null)
  const [line] = useState(() => saveLineOf(flow))
  const kept = useRef(latest.current)
  /** Whether the server may have what it did not answer for. */
  const unsure = useRef(false)
  const again = useRef<ReturnType<typeof setTimeout>>(undefined)

  const flush = useCallback(async (): Promise<void> => {
    let wanted = latest.current
    try {
      const saved = await line.write(async (ifMatch) => {
        wanted = latest.current
        if (wanted === kept.current) return undefined
        // An answer of ours was lost: what was saved then was ours too.
        const now = unsure.current ? await api.flow.get(app, flow.id) : undefined
        const ours = now !== undefined && now.savedBy === me ? now.revision : ifMatch
        unsure.current = false
        // All of it: what is left out of a patch would stay.
        return api.flow.update(app, flow.id, wanted as never, { ifMatch: ours })
      })
      if (saved === undefined) return setSaving('saved')
      clearTimeout(again.current)
      kept.current = wanted
      // What was changed meanwhile stays changed.
      keepFlow(queries, app, { ...saved, ...(latest.current === wanted ? {} : (latest.current as Partial<Flow>)) })
      setFault(null)
      setSaving(latest.current === wanted ? 'saved' : 'waiting')
    } catch (error) {
      signedOut.note(error)
      unsure.current ||= error instanceof PosthornError && error.status === null
      const { detail } = wordsOf(error)
      const isChanged = error instanceof PosthornError && error.code === 'draft_changed'
      setConflict(isChanged ? whoChanged(detail) : null)
      setFault(isChanged ? 'Not saved' : detail)
      setSaving('failed')
      clearTimeout(again.current)
      if (!isFinal(error)) again.current = setTimeout(() => void flush(), AGAIN_MS)
    }
  }, [app, flow.id, latest, line, me, queries])

  const reread = useCallback(async (): Promise<Definition> => {
    const fresh = await line.write(() => api.flow.get(app, flow.id))
    kept.current = definitionOf(fresh)
    latest.current = kept.current
    keepFlow(queries, app, fresh)
    setConflict(null)
    setFault(null)
    setSaving('saved')
    return kept.current
  }, [app, flow.id, latest, line, queries])

  const wait = useCallback(() => setSaving('waiting'), [])
  return { saving, fault, conflict, line, flush, reread, wait }
}

/** Its first sentence, with the time as a clock has it; what follows is how a program goes on. */
function whoChanged(detail: string): string {
  return detail.slice(0, detail.indexOf('. ') + 1).replace(/ at (\S+Z)\.$/, (_, at: string) => ` at ${clockTime(Date.parse(at))}.`)
}
