export interface DemoResult {
  readonly sent: number
  /** Status -> how often. */
  readonly answers: ReadonlyMap<number, number>
  /** Answered by the listener itself. */
  readonly pings: number
  /** Answered by the flow. */
  readonly acknowledged: number
  readonly answeredMs: number
  readonly deliveredMs: number
  readonly endpoints: readonly {
    readonly name: string
    readonly delivered: number
    readonly retried: number
    readonly waiting: number
    readonly refused: number
  }[]
  readonly lost: number
}

/** What a person wants to know of the run, at a glance. */
export function printTable(result: DemoResult): void {
  const delivered = result.endpoints.reduce((sum, endpoint) => sum + endpoint.delivered, 0)
  const rate = (count: number, ms: number) => `${Math.round((count / ms) * 1000).toLocaleString('en')}/s`
  const statuses = [...result.answers].map(([status, count]) => `${count} × ${status}`).join(', ')
  console.log(`
  received    ${count(result.sent)}   signed GitHub webhooks
  answered    ${count(result.acknowledged + result.pings)}   ${statuses}; ${result.acknowledged} by the flow, ${result.pings} pings by the listener, ${rate(result.acknowledged, result.answeredMs)}
  delivered   ${count(delivered)}   each verified with standardwebhooks, ${rate(delivered, result.deliveredMs)}
  lost        ${count(result.lost)}

  endpoint      delivered   retried   waiting   signature refused`)
  for (const endpoint of result.endpoints) {
    console.log(
      `  ${endpoint.name.padEnd(12)} ${count(endpoint.delivered, 10)} ${count(endpoint.retried, 9)} ${count(endpoint.waiting, 9)} ${count(endpoint.refused, 19)}`,
    )
  }
  console.log('')
}

function count(value: number, width = 6): string {
  return value.toLocaleString('en').padStart(width)
}
