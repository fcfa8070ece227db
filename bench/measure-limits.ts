import type { Workbench } from './workbench.ts'

/** Answers a second of bare `node:http`. */
export async function echo(bench: Workbench): Promise<number> {
  const report = await bench.load({ port: bench.limitPort, path: '/echo', until: { ms: bench.pace.runMs } })
  return report.perSecond
}

/** Events a second of a relay without memory, over bare sockets or undici, counted until the last one arrived. */
export async function relay(bench: Workbench, over: 'raw' | 'undici'): Promise<number> {
  await bench.receiver.ask({ kind: 'begin' })
  const sent = await bench.load({ port: bench.limitPort, path: `/${over}`, until: { requests: bench.pace.messages } })
  const { lastAt } = await bench.receiver.ask({ kind: 'arrived', numbers: sent.accepted.length, quietMs: 5_000 })
  const { numbers } = await bench.receiver.ask({ kind: 'report' })
  if (numbers.length !== bench.pace.messages)
    throw new Error(`The limit lost messages: ${numbers.length} of ${bench.pace.messages} arrived.`)
  return (numbers.length / (lastAt - sent.startedAt)) * 1000
}

/** Does `runs` in turns, `rounds` times after one that warms up; the figures of each, in the order of the rounds. */
export async function inTurns<Name extends string>(
  rounds: number,
  runs: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(runs) as Name[]
  const figures = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const figure = await runs[name]()
      if (round > 0) figures[name].push(figure)
    }
  }
  return figures
}
