import { expect, test } from 'vitest'
import { createExposition, type Reading, type Readings } from './exposition.ts'
import { metrics, type Metric } from './metrics-table.ts'

const readings = (given: Partial<Readings>): Readings => {
  const zero = Object.fromEntries(Object.keys(metrics).map((name) => [name, (): Reading => 0])) as unknown as Readings
  const labelled = Object.entries<Metric>(metrics).filter(([, { label }]) => label !== undefined)
  return { ...zero, ...Object.fromEntries(labelled.map(([name]) => [name, () => []])), ...given }
}

test('metrics are named for the product, counters end with total, and units are seconds and bytes', () => {
  for (const [name, { kind, help, label }] of Object.entries<Metric>(metrics)) {
    expect(name).toMatch(/^posthorn_[a-z_]+$/)
    expect(name.endsWith('_total'), name).toBe(kind === 'counter')
    expect(name).not.toMatch(/_(ms|milliseconds|kb|mb|minutes)(_|$)/)
    expect(help).toMatch(/^[A-Z0-9].*[.]$/)
    expect(label?.name ?? '').not.toMatch(/application|endpoint|listener|flow|tenant|url|id$/)
  }
})

test('metrics are read when somebody asks, and each reading takes the place of the one before', async () => {
  const refused = new Map([['unauthorized', 2]])
  let messages = 1
  const { contentType, text } = createExposition(
    readings({ posthorn_messages_total: () => messages, posthorn_requests_refused_total: () => refused, posthorn_lanes: () => 3 }),
  )
  expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect((await text()).split('\n')).toEqual(
    expect.arrayContaining([
      '# TYPE posthorn_messages_total counter',
      'posthorn_messages_total 1',
      'posthorn_requests_refused_total{code="unauthorized"} 2',
      '# TYPE posthorn_lanes gauge',
      'posthorn_lanes 3',
    ]),
  )
  messages = 5
  refused.set('unauthorized', 4)
  const second = await text()
  expect(second).toContain('\nposthorn_messages_total 5\n')
  expect(second).toContain('\nposthorn_requests_refused_total{code="unauthorized"} 4\n')
})

test('every metric of the table is exposed with what it says', async () => {
  const lines = (await createExposition(readings({})).text()).split('\n')
  for (const [name, { help, kind }] of Object.entries<Metric>(metrics)) {
    expect(lines).toContain(`# HELP ${name} ${help}`)
    expect(lines).toContain(`# TYPE ${name} ${kind}`)
  }
})
