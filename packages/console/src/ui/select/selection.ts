import { useCallback, useMemo, useState } from 'react'
import { announce } from '../announcer.tsx'

/** As many as the API takes by their ids. */
const SELECTED_MAX = 1000

/** Rows of a list that somebody chose, to do something with all of them. They stay chosen when the list goes on without them. */
export interface Selection {
  readonly ids: ReadonlySet<string>
  /** Takes it in, or out again. */
  toggle(id: string): void
  /** Takes in all between the one that was chosen last, else `begin`, and this one, in the order of the list. */
  extend(id: string, order: readonly string[], begin?: string): void
  /** All of these, or none of them. */
  set(ids: readonly string[], on: boolean): void
  clear(): void
}

interface Chosen {
  readonly ids: ReadonlySet<string>
  /** Where a stretch begins. */
  readonly anchor: string | undefined
}

const none: Chosen = { ids: new Set(), anchor: undefined }

/** Another list (`of`) begins with nothing: what one no longer sees is not acted on. */
export function useSelection(of: readonly unknown[]): Selection {
  const key = JSON.stringify(of)
  const [kept, setKept] = useState<Chosen & { readonly key: string }>({ ...none, key })
  const { ids, anchor } = kept.key === key ? kept : none
  const become = useCallback(
    (next: ReadonlySet<string>, from: string | undefined): void => {
      const within = new Set([...next].slice(0, SELECTED_MAX))
      announce(within.size === 0 ? 'None selected.' : `${within.size} selected.`)
      setKept({ ids: within, anchor: from, key })
    },
    [key],
  )
  return useMemo(
    () => ({
      ids,
      toggle(id) {
        const next = new Set(ids)
        if (!next.delete(id)) next.add(id)
        become(next, id)
      },
      extend(id, order, begin = id) {
        // The row that was chosen last may have left the list.
        const from = anchor !== undefined && order.includes(anchor) ? anchor : begin
        const [first, last] = [order.indexOf(from), order.indexOf(id)].toSorted((a, b) => a - b) as [number, number]
        become(new Set([...ids, ...order.slice(first, last + 1)]), from)
      },
      set(some, on) {
        const rest = new Set(ids)
        for (const id of some) rest[on ? 'add' : 'delete'](id)
        become(rest, undefined)
      },
      clear: () => become(none.ids, undefined),
    }),
    [ids, anchor, become],
  )
}
