import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { createAddressGuard } from './address-guard.ts'
import { Resolver, type Resolution } from './resolver.ts'

/** A resolver whose look-ups are answered by hand. */
function setup() {
  const clock = createFakeClock()
  const asked: string[] = []
  const open = new Map<string, PromiseWithResolvers<string[]>>()
  const lookup = (hostname: string) => {
    asked.push(hostname)
    const answer = Promise.withResolvers<string[]>()
    open.set(hostname, answer)
    return answer.promise
  }
  const resolver = new Resolver({ lookup, guard: createAddressGuard([]), clock })
  const answer = async (hostname: string, result: string[] | string) => {
    const waiting = open.get(hostname)!
    open.delete(hostname)
    if (typeof result === 'string') waiting.reject(Object.assign(new Error(result), { code: result }))
    else waiting.resolve(result)
    await clock.run(0)
  }
  return { clock, asked, open, resolver, answer }
}

const vetted = (...addresses: string[]): Resolution => ({ kind: 'vetted', addresses })

describe('the resolver', () => {
  it('asks once for many who want to know, and remembers for 5 seconds', async () => {
    const { clock, asked, resolver, answer } = setup()
    const both = [Promise.resolve(resolver.resolve('a.test')), Promise.resolve(resolver.resolve('a.test'))]
    await answer('a.test', ['1.1.1.1', '2606:4700:0:0::1111'])
    expect(await Promise.all(both)).toEqual([vetted('1.1.1.1', '2606:4700::1111'), vetted('1.1.1.1', '2606:4700::1111')])
    clock.advance(4_999)
    expect(resolver.resolve('a.test')).toEqual(vetted('1.1.1.1', '2606:4700::1111'))
    expect(asked).toEqual(['a.test'])
  })

  it('uses a known name while it is looked up again, for a minute', async () => {
    const { clock, asked, resolver, answer } = setup()
    const first = resolver.resolve('a.test')
    await answer('a.test', ['1.1.1.1'])
    await first
    clock.advance(5_001)
    expect(resolver.resolve('a.test')).toEqual(vetted('1.1.1.1'))
    await answer('a.test', ['8.8.8.8'])
    expect(resolver.resolve('a.test')).toEqual(vetted('8.8.8.8'))
    clock.advance(60_001)
    const late = resolver.resolve('a.test')
    expect(late).toBeInstanceOf(Promise)
    await answer('a.test', ['9.9.9.9'])
    expect(await late).toEqual(vetted('9.9.9.9'))
    expect(asked).toHaveLength(3)
  })

  it('S2: a name that turns to a refused address is refused as soon as that is known', async () => {
    const { clock, resolver, answer } = setup()
    const first = resolver.resolve('a.test')
    await answer('a.test', ['1.1.1.1'])
    await first
    clock.advance(5_001)
    void resolver.resolve('a.test')
    await answer('a.test', ['1.1.1.1', '127.0.0.1'])
    expect(resolver.resolve('a.test')).toMatchObject({ kind: 'failed', code: 'address_refused' })
  })

  it('F18: keeps a name that works when its name servers fall silent, and not when they say it is gone', async () => {
    const { clock, resolver, answer } = setup()
    const first = resolver.resolve('a.test')
    await answer('a.test', ['1.1.1.1'])
    await first
    clock.advance(5_001)
    void resolver.resolve('a.test')
    await answer('a.test', 'EAI_AGAIN')
    expect(resolver.resolve('a.test')).toEqual(vetted('1.1.1.1'))
    clock.advance(1_001)
    void resolver.resolve('a.test')
    await answer('a.test', 'ENOTFOUND')
    expect(resolver.resolve('a.test')).toMatchObject({ code: 'dns_not_found' })
  })

  it.each([
    ['ENOTFOUND', 'dns_not_found'],
    ['ENODATA', 'dns_not_found'],
    ['EAI_AGAIN', 'dns_failed'],
    ['ESERVFAIL', 'dns_failed'],
    ['ETIMEOUT', 'dns_timeout'],
  ])('F18: has a class for %s', async (errorCode, code) => {
    const { resolver, answer } = setup()
    const asking = resolver.resolve('a.test')
    await answer('a.test', errorCode)
    expect(await asking).toMatchObject({ kind: 'failed', code })
  })

  it('calls a name without addresses dns_not_found', async () => {
    const { resolver, answer } = setup()
    const asking = resolver.resolve('a.test')
    await answer('a.test', [])
    expect(await asking).toMatchObject({ code: 'dns_not_found' })
  })

  it('F18: gives up after 5 seconds, while the look-up goes on in its thread', async () => {
    const { clock, resolver, answer } = setup()
    const asking = resolver.resolve('slow.test')
    await clock.run(5_000)
    expect(await asking).toMatchObject({ code: 'dns_timeout' })
    await answer('slow.test', ['1.1.1.1'])
    expect(resolver.resolve('slow.test')).toMatchObject({ code: 'dns_timeout' })
  })

  it('F18: fifty slow hosts take at most two threads, and one once they are known; names that work pass them', async () => {
    const { clock, asked, open, resolver, answer } = setup()
    const known = resolver.resolve('known.test')
    await answer('known.test', ['1.1.1.1'])
    await known
    const slow = Array.from({ length: 50 }, (_, i) => Promise.resolve(resolver.resolve(`slow-${i}.test`)))
    expect(open.size).toBe(2)

    // Its memory is too old to be used, so it has to be asked again; a place is kept free for that.
    clock.advance(61_000)
    const again = resolver.resolve('known.test')
    expect(open.has('known.test')).toBe(true)
    await answer('known.test', ['8.8.8.8'])
    expect(await again).toEqual(vetted('8.8.8.8'))

    expect(new Set((await Promise.all(slow)).map((resolution) => resolution.kind === 'failed' && resolution.code))).toEqual(
      new Set(['dns_timeout']),
    )
    await answer('slow-0.test', ['1.1.1.1'])
    await answer('slow-1.test', ['1.1.1.1'])
    clock.advance(1_001)
    // Those two are known to be slow now: only one of them runs, and a name never seen goes before the other.
    void resolver.resolve('slow-0.test')
    void resolver.resolve('slow-1.test')
    void resolver.resolve('new.test')
    expect([...open.keys()]).toEqual(['slow-0.test', 'new.test'])
    expect(asked).toHaveLength(1 + 2 + 1 + 2)
  })

  it('forgets the names asked for longest ago', async () => {
    const clock = createFakeClock()
    let asked = 0
    const lookup = async () => {
      asked++
      return ['1.1.1.1']
    }
    const resolver = new Resolver({ lookup, guard: createAddressGuard([]), clock })
    for (let i = 0; i < 10_001; i++) await resolver.resolve(`host-${i}.test`)
    expect(resolver.resolve('host-1.test')).toEqual(vetted('1.1.1.1'))
    expect(resolver.resolve('host-0.test')).toBeInstanceOf(Promise)
    expect(asked).toBe(10_002)
  })
})
