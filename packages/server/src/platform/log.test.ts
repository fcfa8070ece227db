import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createFakeClock } from './testing/fake-clock.ts'
import { createLog, type LogLevel } from './log.ts'
import { createCollectingLog, silentLog } from './testing/logs.ts'
import { Secret } from './secret.ts'

function setup(level: LogLevel = 'info') {
  const lines: string[] = []
  const log = createLog({ level, clock: createFakeClock(Date.UTC(2026, 10, 22)), write: (line) => lines.push(line) })
  return { log, lines, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

describe('the log', () => {
  it('writes one line of JSON for each event, with level, time of the clock and fields', () => {
    const { log, lines, parsed } = setup()
    log.warn('delivery.attempt.failed', { deliveryId: 'dlv_1', status: 500 })
    expect(parsed()).toEqual([
      { level: 'warn', time: '2026-11-22T00:00:00.000Z', event: 'delivery.attempt.failed', deliveryId: 'dlv_1', status: 500 },
    ])
    expect(lines[0]!.endsWith('}\n')).toBe(true)
  })

  it('leaves out what is below its level', () => {
    const { log, parsed } = setup('warn')
    log.debug('a')
    log.info('b')
    log.warn('c')
    log.error('d')
    expect(parsed().map(({ event }) => event)).toEqual(['c', 'd'])
  })

  it('adds the fields of a child to each of its lines', () => {
    const { log, parsed } = setup()
    log.child({ node: 'n1' }).child({ lane: 'l1' }).info('lane.claimed', { count: 3 })
    expect(parsed()).toMatchObject([{ node: 'n1', lane: 'l1', count: 3 }])
  })

  it('writes an error with its message, code and cause', () => {
    const { log, parsed } = setup()
    log.error('store.write.failed', { error: Object.assign(new Error('outer', { cause: new Error('inner') }), { code: 'EIO' }) })
    expect(parsed()[0]!['error']).toMatchObject({
      message: expect.stringContaining('outer'),
      code: 'EIO',
      stack: expect.stringContaining('inner'),
    })
  })

  it('S27: prints a secret in no way', () => {
    const secret = new Secret('hunter2')
    const { log, lines } = setup()
    log.child({ own: secret }).info('a.b.c', {
      secret,
      deep: { list: [secret] },
      text: `${secret}`,
      json: JSON.stringify({ secret }),
      seen: inspect({ secret }, { showHidden: true }),
    })
    expect(lines.join('')).not.toContain('hunter2')
    expect(lines.join('')).toContain('[secret]')
    expect(secret.reveal()).toBe('hunter2')
  })

  it('survives fields that JSON cannot hold', () => {
    const { log, lines } = setup()
    const circle: Record<string, unknown> = { big: 1n }
    circle['self'] = circle
    log.info('a.b.c', { circle, nothing: undefined, symbol: Symbol('x'), function: () => {} })
    expect(lines).toHaveLength(1)
  })

  it('for tests collects, or says nothing', () => {
    const log = createCollectingLog()
    log.child({ a: 1 }).warn('x.y', { b: 2 })
    log.info('z')
    expect(log.entries).toEqual([
      { level: 'warn', event: 'x.y', fields: { a: 1, b: 2 } },
      { level: 'info', event: 'z', fields: {} },
    ])
    expect(() => silentLog.child({}).error('x')).not.toThrow()
  })
})
