import { describe, expect, it } from 'vitest'
import { createCollectingLog, createFakeClock } from '#platform/testing'
import { createStoreHealth } from './store-health.ts'

function setUp() {
  const clock = createFakeClock()
  const log = createCollectingLog()
  const health = createStoreHealth({ clock, log })
  return {
    clock,
    log,
    health,
    fail: (fault: Parameters<typeof health.failed>[0]) => health.failed(fault, { error: new Error('x'), advice: 'y' }),
  }
}

describe('the health of the store', () => {
  it('is in trouble from the first failure to the next commit', () => {
    const { health, fail } = setUp()
    expect(health.trouble).toBeUndefined()
    fail('unavailable')
    expect(health.trouble).toMatchObject({ code: 'store_unavailable', refusesWrites: false })
    health.wrote()
    expect(health.trouble).toBeUndefined()
  })

  it('F4: counts as full until there was room, and no write has failed for five seconds', () => {
    const { clock, health, fail } = setUp()
    fail('full')
    health.wrote()
    clock.advance(4000)
    fail('full')
    clock.advance(4000)
    health.hadRoom()
    expect(health.trouble).toMatchObject({ code: 'store_full' })
    clock.advance(1000)
    expect(health.wantsRoom).toBe(true)
    health.hadRoom()
    expect(health).toMatchObject({ trouble: undefined, wantsRoom: false })
  })

  it('F3: after a failed sync no write is tried until the next start, and damage stays known', () => {
    const { clock, health, fail } = setUp()
    fail('corrupt')
    expect(health.refusal).toBeUndefined()
    fail('sync_failed')
    clock.advance(3_600_000)
    health.wrote()
    health.hadRoom()
    expect(health.trouble).toMatchObject({ code: 'store_corrupt' })
    expect(health.refusal).toMatchObject({ code: 'store_sync_failed' })
  })

  it('says what stands once a minute, with what to do and the count of what it left out, and when it is over', () => {
    const { clock, health, fail, log } = setUp()
    for (let i = 0; i < 500; i++) fail('read_only')
    clock.advance(60_000)
    fail('read_only')
    health.wrote()
    expect(log.entries).toMatchObject([
      { level: 'error', event: 'store.trouble.stands', fields: { code: 'store_read_only', advice: 'y' } },
      { level: 'error', event: 'store.trouble.stands', fields: { code: 'store_read_only', leftOut: 499 } },
      { level: 'info', event: 'store.trouble.ended', fields: { code: 'store_read_only', afterMs: 60_000 } },
    ])
  })

  it('keeps causes of others apart: one that refuses writes does so until it ends', () => {
    const { health } = setUp()
    health.begin('files', { code: 'store_unavailable', detail: 'The file is gone.', refusesWrites: true })
    health.wrote()
    expect(health.refusal).toMatchObject({ detail: 'The file is gone.' })
    health.end('files')
    expect(health).toMatchObject({ trouble: undefined, refusal: undefined })
  })
})
