/**
 * What is written to one draft by this tab, one after the other, each knowing which draft it was made from. Pages of the same flow share
 * it: one that is left saves while the next one opens.
 */
export interface SaveLine {
  /** Of the draft as the server has it, as far as this tab knows. */
  revision: string
  /** Writes what only holds for that draft; the server refuses it if somebody else has changed the draft meanwhile. */
  write<Saved>(send: (ifMatch: string) => Promise<Saved>): Promise<Saved>
}

interface Line extends SaveLine {
  last: Promise<unknown>
  waiting: number
}

const lines = new Map<string, Line>()

/** The line of a flow. Unless something is under way, what was read of the flow is the newest that is known. */
export function saveLineOf({ id, revision }: { readonly id: string; readonly revision: string }): SaveLine {
  const line = lines.get(id) ?? newLine(revision)
  if (line.waiting === 0) line.revision = revision
  lines.set(id, line)
  return line
}

function newLine(revision: string): Line {
  return {
    revision,
    last: Promise.resolve(),
    waiting: 0,
    async write(send) {
      this.waiting++
      const mine = this.last.then(() => send(this.revision))
      this.last = mine.catch(() => undefined)
      try {
        const saved = await mine
        this.revision = (saved as { readonly revision?: string } | undefined)?.revision ?? this.revision
        return saved
      } finally {
        this.waiting--
      }
    },
  }
}
