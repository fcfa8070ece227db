import { describe, expect, it } from 'vitest'
import { createFakeClock } from './fake-clock.ts'
import { createCollectingLog } from './log.ts'
import { createShutdown } from './shutdown.ts'

function setup() {
  const clock = createFakeClock()
  const log = createCollectingLog()
  const stopped: string[] = []
  const shutdown = createShutdown({ clock, log })
  const part = (name: string) => shutdown.register(name, async () => void stopped.push(name))
  return { clock, log, stopped, shutdown, part }
}

describe('the shutdown', () => {
  it('F29: stops in reverse order, one after another, each once', async () => {
    const { clock, stopped, shutdown, part } = setup()
    part('store')
    shutdown.register('delivery', async () => {
      await new Promise<void>((resolve) => clock.after(10, resolve))
      stopped.push('delivery')
    })
    part('api')
    const both = Promise.all([shutdown.run(1_000), shutdown.run(1_000)])
    await clock.run(20)
    expect(await both).toEqual([true, true])
    expect(stopped).toEqual(['api', 'delivery', 'store'])
    expect(clock.pending).toBe(0)
  })

  it('goes on when one part fails, at once or later, and says so', async () => {
    const { stopped, shutdown, part, log } = setup()
    part('store')
    shutdown.register('late', async () => Promise.reject(new Error('broken')))
    shutdown.register('sync', () => {
      throw new Error('broken too')
    })
    expect(await shutdown.run(1_000)).toBe(false)
    expect(stopped).toEqual(['store'])
    expect(log.entries.map(({ event, fields }) => [event, fields['part']])).toEqual([
      ['shutdown.part.failed', 'sync'],
      ['shutdown.part.failed', 'late'],
    ])
  })

  it('aborts at the deadline, and goes on when a part does not react', async () => {
    const { clock, stopped, shutdown, part, log } = setup()
    part('store')
    let aborted = false
    shutdown.register('stuck', (signal) => new Promise(() => signal.addEventListener('abort', () => (aborted = true))))
    const running = shutdown.run(5_000)
    await clock.run(4_999)
    expect([aborted, stopped]).toEqual([false, []])
    await clock.run(1)
    expect([aborted, stopped]).toEqual([true, []])
    await clock.run(250)
    expect(await running).toBe(false)
    expect(stopped).toEqual(['store'])
    expect(log.entries).toMatchObject([{ level: 'error', event: 'shutdown.part.late', fields: { part: 'stuck' } }])
  })

  it('has nothing to do when nothing was registered', async () => {
    expect(await setup().shutdown.run(1_000)).toBe(true)
  })
})
