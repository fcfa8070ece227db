import type { DeliveryId } from '#domain'
import { loopBeside, type Aside, type LoopBeside } from './loops.ts'
import { outcomeOf, resumeOf, type RunInputs } from './run-inputs.ts'
import type { RunState } from './run-state.ts'

/**
 * Items of a loop that run beside each other. One of them is under way at a time, as in every loop; what waits is set aside, with all that it
 * needs to go on, and the next one begins. So a run waits for several deliveries and moments at once.
 *
 *   to begin --begin--> under way --park or wait--> aside --it has ended, or its time has come--> under way
 *                       under way --its last step, or a KO--> over
 *
 * Kept with the loop, and nowhere else: after a crash each goes on from the last commit. One such loop holds no other.
 */

/** The item that waits makes room for others. */
export function setAside(state: RunState, waiting: Aside['waiting']): void {
  const loops = state.loops!
  const depth = loops.findIndex(({ beside }) => beside !== undefined)
  const loop = loops[depth] as LoopBeside
  const item: Aside = { index: loop.index, at: state.at!, waiting, loops: loops.slice(depth + 1) }
  state.loops = [...loops.slice(0, depth), { ...loop, beside: { ...loop.beside, aside: [...loop.beside.aside, item] } }]
  state.at = loop.step
}

/** And goes on. */
export function takeUp(state: RunState, item: Aside): void {
  const loop = state.loops!.at(-1) as LoopBeside
  const beside = { ...loop.beside, aside: loop.beside.aside.filter((one) => one !== item) }
  state.loops = [...state.loops!.slice(0, -1), { ...loop, index: item.index, beside }, ...item.loops]
  state.at = item.at
  state.waiting = item.waiting
}

/** What of those aside goes on now: whose delivery has ended, in the order of their ends; then whose time has come. */
export function nextReady(
  { beside: { aside } }: LoopBeside,
  { inbox, now, isDue }: { readonly inbox: Inbox; readonly now: number; readonly isDue: boolean },
): { readonly item: Aside; readonly resume: RunInputs['resume'] } | undefined {
  for (let line = inbox.read(); line !== undefined; line = inbox.read()) {
    const { delivery, wake } = line
    const item = aside.find(({ waiting }) => 'delivery' in waiting && waiting.delivery === delivery)
    // What nobody waits for any more was given up, or sent once more by a person.
    if (item !== undefined) return { item, resume: { kind: 'delivered', outcome: outcomeOf(wake) } }
  }
  const item = aside.find(({ waiting }) => momentOf(waiting) <= now || (isDue && 'until' in waiting))
  return item && { item, resume: resumeOf(item.waiting, null, Math.max(now, momentOf(item.waiting))) }
}

/** When the first of those aside goes on, whatever comes; null: only deliveries are waited for. */
export function firstMoment({ beside: { aside } }: LoopBeside): number | null {
  const first = Math.min(...aside.map(({ waiting }) => momentOf(waiting)))
  return first === Infinity ? null : first
}

function momentOf(waiting: Aside['waiting']): number {
  const { deadline = Infinity } = waiting
  return 'until' in waiting ? Math.min(waiting.until, deadline) : deadline
}

export function deliveriesAside(loops: RunState['loops']): DeliveryId[] {
  return (loopBeside(loops)?.beside.aside ?? []).flatMap(({ waiting }) => ('delivery' in waiting ? [waiting.delivery] : []))
}

/** The ends of deliveries, as `wakeLine` wrote them, in their order. */
export class Inbox {
  readonly #text: string
  /** So many characters are done with. */
  heard = 0

  constructor(wake: string | null | undefined) {
    this.#text = wake ?? ''
  }

  read(): { readonly delivery: string; readonly wake: string | null } | undefined {
    const end = this.#text.indexOf('\n', this.heard)
    if (end < 0) return undefined
    const line = this.#text.slice(this.heard, end)
    this.heard = end + 1
    const space = line.indexOf(' ')
    return { delivery: line.slice(0, space), wake: line.slice(space + 1) || null }
  }
}
