import { parseExactJson } from '#domain'
import type { StepRecord } from '#flows'
import { JsonScan, scanInTurns, type JsonVisitor } from '#platform'

/** A record of a step, without what it took and gave: of that the JSON text, which may be a megabyte of values. */
export interface KeptStep {
  readonly record: StepRecord
  readonly input: string | undefined
  readonly output: string | undefined
}

/** Up to here the worst is parsed in a few milliseconds. */
const AT_ONCE_CHARACTERS_MAX = 64 * 1024
/** Records nest in a list, and what a step gave may be a body within an answer. */
const DEPTH_MAX = 4096

/** The records of a run. A run may hold eight megabytes, so they are looked through in turns, and of what steps gave nothing is parsed. */
export async function keptSteps(steps: string): Promise<readonly KeptStep[]> {
  const text = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value))
  if (steps.length <= AT_ONCE_CHARACTERS_MAX) {
    return (parseExactJson(steps) as StepRecord[]).map((record) => ({ record, input: text(record.input), output: text(record.output) }))
  }
  const json = Buffer.from(steps)
  const finder = new ValueFinder(json)
  const scan = new JsonScan(json, { depthMax: DEPTH_MAX, visitor: finder })
  await scanInTurns(scan, json.length)
  if (scan.fault !== undefined) throw new Error('The records of a run are no JSON.')
  const { values } = finder
  let rest = ''
  let at = 0
  for (const [index, [start, end]] of values.entries()) {
    rest += json.toString('utf8', at, start) + String(index)
    at = end
  }
  const records = JSON.parse(rest + json.toString('utf8', at)) as (StepRecord & { input?: number; output?: number })[]
  const textOf = (index: number | undefined) => (index === undefined ? undefined : json.toString('utf8', ...values[index]!))
  return records.map((record) => ({ record, input: textOf(record.input), output: textOf(record.output) }))
}

/** Finds where the inputs and outputs of the records stand. */
class ValueFinder implements JsonVisitor {
  readonly values: (readonly [start: number, end: number])[] = []
  readonly #json: Buffer
  #depth = 0
  #isWanted = false
  #start = 0

  constructor(json: Buffer) {
    this.#json = json
  }

  open(_: boolean, start: number): boolean {
    if (this.#depth++ === 2) this.#start = start
    return true
  }

  close(end: number): void {
    if (--this.#depth === 2) this.#found(this.#start, end)
  }

  key(start: number, end: number): void {
    if (this.#depth !== 2) return
    const name = this.#json.toString('utf8', start + 1, end - 1)
    this.#isWanted = name === 'input' || name === 'output'
  }

  item(): void {}

  scalar(start: number, end: number): void {
    if (this.#depth === 2) this.#found(start, end)
  }

  #found(start: number, end: number): void {
    if (this.#isWanted) this.values.push([start, end])
  }
}
