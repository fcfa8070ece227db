import type { RetentionBefore } from './port/upkeep.ts'

/** Rows of a table that go when they are old. */
export interface Retained {
  readonly name: string
  /** The key, or the time, before which they are; null: these stay. */
  readonly bound: (before: RetentionBefore) => string | number | null
}

/** Looks at up to `most` rows behind the key `after`, and before `bound`. */
export interface RetainedPage {
  readonly after: string
  readonly bound: string | number
  readonly most: number
}

export interface RetainedPageEnd {
  /** How many rows went. */
  readonly went: number
  /** The last key that was looked at; null: nothing is left behind it. */
  readonly end: string | null
}

/**
 * What `retain` of a store does: of each kind one page after the other, until something went or it is at its end. Where a page ended is
 * remembered, and which kinds are at their end with nothing that could go: five million old deliveries that still wait are walked through twice
 * in a round at most, not at every call, of which a million old requests take four thousand.
 *
 *   A round: --a call removes something--> goes on --a call removes nothing--> over; the next call begins another
 */
export function retainInRounds<Kind extends Retained>(
  kinds: readonly Kind[],
  look: (kind: Kind, page: RetainedPage) => Promise<RetainedPageEnd>,
): (before: RetentionBefore, most: number) => Promise<number> {
  const cursors = new Map<Kind, string>()
  const done = new Set<Kind>()

  const retainKind = async (kind: Kind, bound: string | number, most: number): Promise<number> => {
    for (;;) {
      const { went, end } = await look(kind, { after: cursors.get(kind) ?? '', bound, most })
      if (end === null) cursors.delete(kind)
      else cursors.set(kind, end)
      if (went === 0 && end === null) done.add(kind)
      if (went > 0 || end === null) return went
    }
  }

  return async (before, most) => {
    let went = 0
    for (const kind of kinds) {
      const bound = kind.bound(before)
      if (bound !== null && !done.has(kind)) went += await retainKind(kind, bound, most)
    }
    if (went === 0) done.clear()
    return went
  }
}
