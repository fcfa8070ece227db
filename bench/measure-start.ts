import { setTimeout as wait } from 'node:timers/promises'
import { median } from './percentile.ts'
import type { Row } from './table.ts'
import type { Workbench } from './workbench.ts'

/** Start to ready on an existing store (the first start, which makes it, is told beside), and memory of a program with nothing to do. */
export async function measureStart(bench: Workbench): Promise<Row[]> {
  let product = await bench.startProduct()
  const first = product.readyMs
  const processorSeconds: number[] = []
  const readySeconds: number[] = []
  const memory: number[] = []
  for (let round = 0; round < bench.pace.rounds; round++) {
    product = await product.again()
    readySeconds.push(product.readyMs / 1000)
    processorSeconds.push(product.processorMs() / 1000)
    if (round > 2) continue
    await wait(bench.pace.idleMs)
    memory.push(product.residentMb())
  }
  await product.stop()
  const common = { engine: bench.engine, higherIsBetter: false, accounts: [] }
  return [
    {
      ...common,
      measure: 'start to ready',
      values: readySeconds,
      unit: 's',
      goal: 2,
      aim: 0.7,
      behind: `${median(processorSeconds).toFixed(2)} s of processor time; first start ${(first / 1000).toFixed(2)} s`,
    },
    {
      ...common,
      measure: 'idle memory (resident)',
      values: memory,
      unit: 'MB',
      goal: 150,
      aim: 100,
      behind: `after ${bench.pace.idleMs / 1000} s`,
    },
  ]
}
