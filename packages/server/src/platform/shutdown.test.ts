import { describe, expect, it } from 'vitest'
import { createFakeClock } from './testing/fake-clock.ts'
import { createCollectingLog } from './testing/logs.ts'
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

  it('notifies all parts before it waits for any, and waits for those that stop together at the same time', async () => {
    const { clock, shutdown, log } = setup()
    const heard: string[] = []
    const slow = (name: string, delayMs: number) => ({
      name,
      notify: () => void heard.push(`${name} notified`),
      stop: () => new Promise<void>((resolve) => clock.after(delayMs, () => resolve(void heard.push(`${name} stopped`)))),
    })
    shutdown.register('store', async () => void heard.push('store stopped'))
    shutdown.registerTogether([slow('delivery', 20), slow('retention', 10)])
    shutdown.registerTogether([
      slow('doors', 30),
      {
        ...slow('broken', 0),
        notify: () => {
          throw new Error('broken')
        },
      },
    ])
    const running = shutdown.run(1_000)
    expect(heard).toEqual(['doors notified', 'delivery notified', 'retention notified'])
    await clock.run(60)
    expect(await running).toBe(false)
    expect(heard.slice(3)).toEqual(['broken stopped', 'doors stopped', 'retention stopped', 'delivery stopped', 'store stopped'])
    expect(log.entries).toMatchObject([{ event: 'shutdown.part.failed', fields: { part: 'broken' } }])
  })

  it('ends the time of a stage before the whole time is over, so that those behind it have the rest', async () => {
    const { clock, shutdown } = setup()
    const aborted: string[] = []
    const untilAborted = (name: string) => ({
      name,
      stop: (signal: AbortSignal) =>
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(void aborted.push(name)))),
    })
    shutdown.registerTogether([untilAborted('delivery')])
    shutdown.registerTogether([untilAborted('doors')], 400)
    const running = shutdown.run(1_000)
    await clock.run(400)
    expect(aborted).toEqual(['doors'])
    await clock.run(599)
    expect(aborted).toEqual(['doors'])
    await clock.run(1)
    expect(aborted).toEqual(['doors', 'delivery'])
    expect(await running).toBe(true)
  })

  it('has nothing to do when nothing was registered', async () => {
    expect(await setup().shutdown.run(1_000)).toBe(true)
  })
})
