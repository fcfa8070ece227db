import type { StepRecord } from './step-record.ts'

/** A for_each that is under way: which of its items runs, and how many failed before. Kept with the run, so that another process goes on with the same items. */
export interface Loop {
  readonly step: string
  readonly items: readonly unknown[]
  readonly index: number
  readonly failed: number
  /** When its time is over: it begins no further step then. */
  readonly deadline?: number
}

export const loopItemsMax = 1000

/** Steps that a run with loops may have run. All of their records stand in its row. */
export const loopRecordsMax = 5000

/** Of a run, from the outermost; undefined outside of loops. */
type Loops = readonly Loop[] | undefined

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
