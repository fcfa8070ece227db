import { compileInline, type InlineTransform } from './inline.ts'
import type { StepRead } from './steps-read.ts'
import type { Reading } from './transform-job.ts'

/** A JSONata expression that was read once. */
export interface Transform {
  readonly expression: string
  /** Undefined: always in another process. */
  readonly inline: InlineTransform | undefined
  /** If it is one of a flow's. */
  readonly stepsRead: readonly StepRead[]
}

/** A text, and the names of the variables that it may use. */
export interface TransformKey {
  readonly expression: string
  readonly variables: readonly string[]
}

export type TransformCompilation =
  | { readonly ok: true; readonly transform: Transform }
  /** `at`: where in the text, from 0, if it is at one place. */
  | { readonly ok: false; readonly message: string; readonly at?: number | undefined }

/** What a text is to this process, by what was read from it. The tree comes from a child that ran what somebody wrote: it is compiled as any text would be, and decides nothing else. */
export function compilationOf({ expression, variables }: TransformKey, read: Reading): TransformCompilation {
  if (!read.ok) return read
  const inline = read.tree === null ? undefined : compileInline(read.tree, variables)
  return { ok: true, transform: { expression, inline, stepsRead: read.stepsRead } }
}

/** What is known of expressions, by their text and the names of their variables; what was not asked for longest goes first. */
export interface TransformCache {
  get(expression: string, variables: readonly string[]): TransformCompilation | undefined
  set(key: TransformKey, compilation: TransformCompilation, nodes: number): void
}

/** About bytes, of texts and closures together. */
const WEIGHT_MAX = 16 * 1024 * 1024
const NODE_WEIGHT = 200
const ENTRY_WEIGHT = 200

interface Entry {
  readonly compilation: TransformCompilation
  readonly weight: number
}

export function createTransformCache(weightMax = WEIGHT_MAX): TransformCache {
  // The names in front are few and short; a text that is asked for again is found by the hash that it already has.
  const kept = new Map<string, Map<string, Entry>>()
  const order = new Map<Entry, () => void>()
  let weight = 0

  const touch = (entry: Entry, remove: () => void): void => {
    order.delete(entry)
    order.set(entry, remove)
  }

  const makeRoom = (): void => {
    for (const [entry, remove] of order) {
      if (weight <= weightMax) return
      order.delete(entry)
      remove()
    }
  }

  return {
    get(expression, variables) {
      const entry = kept.get(variables.join())?.get(expression)
      if (entry === undefined) return undefined
      touch(entry, order.get(entry)!)
      return entry.compilation
    },
    set({ expression, variables }, compilation, nodes) {
      const names = variables.join()
      const of = kept.get(names) ?? new Map<string, Entry>()
      kept.set(names, of)
      const before = of.get(expression)
      if (before) {
        order.get(before)!()
        order.delete(before)
      }
      const entry = { compilation, weight: ENTRY_WEIGHT + expression.length + nodes * NODE_WEIGHT }
      of.set(expression, entry)
      weight += entry.weight
      touch(entry, () => {
        weight -= entry.weight
        of.delete(expression)
      })
      makeRoom()
    },
  }
}
