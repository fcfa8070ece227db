import { expect, it } from 'vitest'
import { perVersion } from './per-version.ts'

const published = (flow: string, version: number) => ({
  flow_id: flow,
  version,
  definition: '{}',
  created_at: 0,
  created_by: 'system',
  note: null,
  hash: null,
})

it('reads each published version once, whatever snapshot it comes with', () => {
  const read: string[] = []
  const once = perVersion(({ flow_id: flow, version }) => {
    read.push(`${flow}/${version}`)
    return null
  })
  for (let snapshot = 0; snapshot < 3; snapshot++) for (const flow of ['flow_1', 'flow_2']) once(published(flow, 1))
  once(published('flow_1', 2))
  expect(read).toEqual(['flow_1/1', 'flow_2/1', 'flow_1/2'])
})

it('keeps those that are asked for, and no more than it may', () => {
  let reads = 0
  const once = perVersion(() => ++reads)
  once(published('flow_used', 1))
  for (let flow = 0; flow < 40_000; flow++) {
    once(published(`flow_${flow}`, 1))
    if (flow % 1000 === 0) once(published('flow_used', 1))
  }
  expect(reads).toBe(40_001)
  once(published('flow_0', 1))
  expect(reads).toBe(40_002)
})
