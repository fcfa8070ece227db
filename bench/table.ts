import { writeFileSync } from 'node:fs'
import { type Account, isVoid } from './account.ts'
import { median } from './percentile.ts'
import type { HarnessShares } from './workbench.ts'

/** One line of the results. */
export interface Row {
  readonly measure: string
  readonly engine: string
  /** The figure that the budget speaks of: a ratio, milliseconds or megabytes, one for each round. */
  readonly values: readonly number[]
  readonly unit: 'ratio' | 'ms' | 's' | 'MB'
  readonly goal: number
  readonly aim: number
  /** Throughputs have to reach their goal, all others have to stay below. */
  readonly higherIsBetter: boolean
  /** The plain figures behind the ratio. */
  readonly behind: string
  readonly accounts: readonly Account[]
  readonly harness?: HarnessShares
}

/** Of a core. Beyond it a load takes what the product could have had. */
const HARNESS_MAX = 0.25

/** What load and receiver took of a core, the most of all loads of the product; marked where it is too much. */
function harnessWords({ harness }: Row): string {
  if (harness === undefined || harness.product.length === 0) return ''
  const most = Math.max(...harness.product)
  const limit = harness.limit.length === 0 ? '' : ` (limit ${Math.max(...harness.limit).toFixed(2)})`
  return `${most > HARNESS_MAX ? `**${most.toFixed(2)} HEAVY**` : most.toFixed(2)}${limit}`
}

export const ratios = (above: readonly number[], below: readonly number[]) => above.map((value, i) => value / below[i]!)
/** Processor time of one message, from milliseconds of each round. */
export const microseconds = (costs: readonly number[]) => `${whole(median(costs) * 1000)} us of processor time each`
export const whole = (value: number) => Math.round(value).toLocaleString('en')

export const isRowVoid = (row: Row) => row.accounts.some(isVoid) || row.values.some((value) => !Number.isFinite(value))

function figure(value: number, unit: Row['unit']): string {
  if (unit === 'ratio') return value.toFixed(2)
  return unit === 's' ? `${value.toFixed(2)} s` : `${whole(value)} ${unit}`
}

function verdict(row: Row): string {
  if (isRowVoid(row)) return 'VOID'
  const value = median(row.values)
  const reaches = (mark: number) => (row.higherIsBetter ? value >= mark : value <= mark)
  return reaches(row.aim) ? 'aim' : reaches(row.goal) ? 'goal' : 'missed'
}

const markdown = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

export interface Results {
  readonly machine: readonly (readonly [string, string])[]
  readonly rows: readonly Row[]
  /** Measures that could not be taken, with the reason. */
  readonly failures: readonly string[]
  readonly context: readonly string[]
}

export function render({ machine, rows, failures, context }: Results): string {
  const results = rows.map((row) => {
    const least = Math.min(...row.values)
    const most = Math.max(...row.values)
    const spread = row.values.length > 1 ? `${figure(least, row.unit)} to ${figure(most, row.unit)}` : ''
    const marks = [figure(row.goal, row.unit), figure(row.aim, row.unit)]
    return [
      row.measure,
      row.engine,
      `**${figure(median(row.values), row.unit)}**`,
      String(row.values.length),
      spread,
      ...marks,
      verdict(row),
      harnessWords(row),
      row.behind,
    ]
  })
  const accounts = rows.flatMap((row) =>
    row.accounts.map((one) => {
      const counts = [one.accepted, one.unaccepted, one.found, one.missing, one.unexpected, one.repeated].map(whole)
      return [row.measure, row.engine, one.what, ...counts, isVoid(one) ? 'VOID' : 'complete']
    }),
  )
  return `# Results of the bench

Written by \`npm run bench\`; the measures and their budgets are explained in [docs/measurements.md](../docs/measurements.md).
Every figure is the median of its rounds, in which the measured and what it is measured against took turns. \`load\`: what load and receiver together took of a
core while the product was loaded, at most; above ${HARNESS_MAX} they are marked, because the product could have used it.

${markdown(['', ''], machine)}

${markdown(['measure', 'engine', 'figure', 'rounds', 'spread', 'first goal', 'aim', 'reached', 'load', 'behind it'], results)}

A run is void unless every message is accounted for. Sets were compared, not sums.

${markdown(['measure', 'engine', 'what', 'accepted', 'not accepted', 'found', 'missing', 'unexpected', 'repeated', ''], accounts)}

${failures.map((failure) => `**Not measured:** ${failure}\n\n`).join('')}${context.map((line) => `- ${line}`).join('\n')}
`
}

/** Prints the results and writes them to `bench/results.md`, or elsewhere. */
export function publish(results: Results, file: string): void {
  const text = render(results)
  writeFileSync(file, text)
  console.log(`\n${text}\nWritten to ${file}.`)
}
