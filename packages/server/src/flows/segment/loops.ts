import type { DeliveryId } from '#domain'
import type { StepRecord } from './step-record.ts'

/** A for_each that is under way: which of its items runs, and how many failed before. Kept with the run, so that another process goes on with the same items. */
export interface Loop {
  readonly step: string
  readonly items: readonly unknown[]
  readonly index: number
  readonly failed: number
  /** When its time is over: it begins no further step then. */
  readonly deadline?: number
  /** With `concurrency`: so many were begun, those that wait, and how many may at a time. `index` is the one under way. */
  readonly beside?: { readonly most: number; readonly begun: number; readonly aside: readonly Aside[] }
}

/** What a step waits for, until its deadline at most. */
export type Waiting = ({ delivery: DeliveryId } | { until: number }) & { startedAt: number; deadline?: number }

/** An item that waits while others of its loop are under way (`beside.ts`). */
export interface Aside {
  readonly index: number
  readonly at: string
  readonly waiting: Waiting
  /** Loops within the item. */
  readonly loops: readonly Loop[]
}

export interface LoopBeside extends Loop {
  readonly beside: NonNullable<Loop['beside']>
}

export const loopItemsMax = 1000

/** Steps that a run with loops may have run. All of their records stand in its row. */
export const loopRecordsMax = 5000

/** Of a run, from the outermost; undefined outside of loops. */
type Loops = readonly Loop[] | undefined

/** The loop whose items run beside each other, if the run is in one. */
export function loopBeside(loops: Loops): LoopBeside | undefined {
  return loops?.find((loop): loop is LoopBeside => loop.beside !== undefined)
}

/** Which item of each loop runs, from the outermost; undefined outside of loops. */
export function itemOf(loops: Loops): readonly number[] | undefined {
  return loops?.map(({ index }) => index)
}

/** A step by its id, and in a loop by its item too: the same step of another item is another place. */
export function placeKey(step: string, loops: Loops): string {
  return loops === undefined ? step : `${step}[${itemOf(loops)!.join('][')}]`
}

/** Steps of other items are not seen, and those of a loop that is over are not either. */
export function isSeen({ item }: StepRecord, loops: Loops): boolean {
  return item === undefined || item.every((index, depth) => loops?.[depth]?.index === index)
}

/** Where the record of a step stands that has not ended, of this item and no other; -1: nowhere. */
export function openRecordOf(steps: readonly StepRecord[], step: string, item: readonly number[] = []): number {
  return steps.findLastIndex(({ id, status, item: of = [] }) => status === 'RUN' && id === step && String(of) === String(item))
}

/** What became of each item: how the last of its steps ended, and with what. Those that were not begun are left out. */
export function resultsOfItems(steps: readonly StepRecord[], above: readonly number[], count: number): readonly object[] {
  const last = new Map<number, StepRecord>()
  for (const record of steps) {
    const { item } = record
    if (item?.length === above.length + 1 && above.every((index, depth) => item[depth] === index)) last.set(item.at(-1)!, record)
  }
  return Array.from({ length: count }, (_, index) => {
    const { status = 'SKIP', code = null, output = null } = last.get(index) ?? {}
    return { status, code, output }
  })
}
