import { expect, it } from 'vitest'
import { AppError } from '#domain'
import { createFakeClock } from './testing/fake-clock.ts'
import { createLog } from './log.ts'

function setUp() {
  const clock = createFakeClock()
  const lines: string[] = []
  const log = createLog({ level: 'info', clock, write: (line) => lines.push(line) })
  return { clock, log, said: () => lines.splice(0).map((line) => JSON.parse(line) as { event: string; leftOut?: number }) }
}

it('what a full disk refuses a thousand times is one line a minute for each event and code, with the count of the others', () => {
  const { clock, log, said } = setUp()
  const full = () => new AppError('store_full')
  for (let i = 0; i < 1000; i++) log.warn('flows.commit.failed', { error: full() })
  log.child({ node: 1 }).warn('flows.commit.failed', { error: full() })
  log.warn('flows.commit.failed', { error: new AppError('store_unavailable') })
  log.warn('delivery.claim.failed', { error: full() })
  expect(said().map(({ event }) => event)).toEqual(['flows.commit.failed', 'flows.commit.failed', 'delivery.claim.failed'])
  clock.advance(60_000)
  log.warn('flows.commit.failed', { error: full() })
  expect(said()).toMatchObject([{ event: 'flows.commit.failed', leftOut: 1000 }])
})

it('a defect of ours is reported each time', () => {
  const { log, said } = setUp()
  for (let i = 0; i < 3; i++) log.error('api.call.failed', { error: new Error('a surprise') })
  for (let i = 0; i < 3; i++) log.error('api.call.failed', { error: new AppError('internal') })
  expect(said()).toHaveLength(6)
})
