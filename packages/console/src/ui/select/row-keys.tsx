import type { KeyboardEvent } from 'react'
import type { Selection } from './selection.ts'
import { TickBox } from '../field.tsx'

interface Choosing {
  readonly selection: Selection
  /** The ids of the list, as they stand in it. */
  order(): readonly string[]
}

/**
 * Up and down through the rows by arrows, or `j` and `k`. Where rows can be chosen `x` chooses the one that has the focus, and with
 * `Shift` all from the last one on; `Shift` and a way up or down takes in what it leads to.
 */
export function moveByKeys(event: KeyboardEvent<HTMLElement>, choosing?: Choosing): void {
  const { target, currentTarget, shiftKey } = event
  const here = target instanceof HTMLElement ? target.closest('tr, li')?.querySelector<HTMLElement>('[data-row-link]') : undefined
  // What else can be pressed in a row has keys of its own.
  if (
    here == null ||
    !(target as HTMLElement).matches('[data-row-link], [type=checkbox]') ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey
  )
    return
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const idOf = (link: HTMLElement): string => link.dataset['rowLink'] ?? ''
  if (key === 'x' && choosing !== undefined) {
    event.preventDefault()
    if (shiftKey) choosing.selection.extend(idOf(here), choosing.order())
    else choosing.selection.toggle(idOf(here))
    return
  }
  const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key]
  if (by === undefined) return
  const links = [...currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')]
  const next = links[links.indexOf(here) + by]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
  if (shiftKey && choosing !== undefined) choosing.selection.extend(idOf(next), choosing.order(), idOf(here))
}

/** Chooses a row; a press with `Shift` chooses all from the last one on. */
export function RowBox({ selection, id, order, label }: Choosing & { readonly id: string; readonly label: string }) {
  return (
    // Above the link that covers its row.
    <label className="relative z-[1] grid h-full min-h-target w-full place-items-center">
      <TickBox
        label={label}
        checked={selection.ids.has(id)}
        onChange={(_, { shift }) => (shift ? selection.extend(id, order()) : selection.toggle(id))}
      />
    </label>
  )
}

/** Chooses all rows that are shown, or none of them. */
export function AllBox({ selection, ids }: { readonly selection: Selection; readonly ids: readonly string[] }) {
  const chosen = ids.filter((id) => selection.ids.has(id)).length
  const all = chosen > 0 && chosen === ids.length
  return (
    <label className="grid min-h-target place-items-center">
      <TickBox label="Select all that are shown" checked={all} mixed={chosen > 0 && !all} onChange={() => selection.set(ids, !all)} />
    </label>
  )
}
