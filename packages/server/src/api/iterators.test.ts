import { operations, type Operation } from '@posthorn/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAccessWorld, type AccessWorld } from '../../../../test/support/access-world.ts'

/** A position that no page of a list answered is refused: read as the end, who syncs would believe that there is nothing more. */

const lists = operations.filter(({ query }) => query !== undefined && 'iterator' in query.shape).map((one) => [one.id, one] as const)
const DIGITS = 22

let world: AccessWorld
beforeAll(async () => {
  world = await startAccessWorld('sqlite')
})
afterAll(() => world.stop())

const page = async ({ path, query }: Operation, iterator?: string) => {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => world.own[name] ?? 'nothing')
  // Where a list leaves something out unless it is asked for, it is asked for.
  const all = Object.keys(query!.shape).filter((name) => name.startsWith('include_'))
  const asked = new URLSearchParams({ limit: '1', ...Object.fromEntries(all.map((name) => [name, 'true'])) })
  if (iterator !== undefined) asked.set('iterator', iterator)
  return world.api.call(`GET ${filled.replace('/api/v1', '')}?${asked}`)
}

test('all lists are here', () => expect(lists.length).toBeGreaterThanOrEqual(18))

test.each(lists)('%s takes the iterators that its pages answer, both ways', async (_id, operation) => {
  const first = (await page(operation)).body
  if (first['data']?.['length'] === (0 as never)) return expect(first['iterator']).toBeNull()
  for (const iterator of [first['iterator'], first['prevIterator']]) {
    const answer = await page(operation, String(iterator))
    expect(answer.status, `${String(iterator)}: ${answer.text}`).toBe(200)
  }
})

test.each(lists)('%s refuses an iterator of nothing and those of all lists of another kind, and names it', async (id, operation) => {
  const kindOf = (iterator: unknown) =>
    String(iterator)
      .replace(/^-/, '')
      .replace(/(?<=[_:]).*/s, '')
  // The delivery of this world was not tried yet.
  const own = kindOf((await page(operation)).body['iterator'] ?? 'atmpt_')
  const foreign: string[] = []
  for (const [, other] of lists) {
    const iterator = (await page(other)).body['iterator']
    if (iterator !== null && kindOf(iterator) !== own) foreign.push(String(iterator))
  }
  expect(foreign.length, id).toBeGreaterThan(5)
  const broken = ['zzz', '', '0', 'null', 'undefined', `${own}`, `${own}zzz`, `${own}${'!'.repeat(DIGITS)}`, `x${own}${'0'.repeat(DIGITS)}`]
  for (const iterator of [...foreign, ...broken].flatMap((one) => [one, `-${one}`])) {
    if (own.endsWith(':') && iterator.endsWith(`${own}zzz`)) continue // a name of this kind may have been there
    const { status, body } = await page(operation, iterator)
    expect(status, `${id} ${iterator}`).toBe(422)
    expect(body).toMatchObject({
      code: 'validation_error',
      detail: [{ loc: ['query', 'iterator'], msg: expect.stringContaining('no iterator of this list'), type: 'bad_iterator' }],
      errors: [{ pointer: '?iterator' }],
    })
  }
})

test('a name that begins with "-" is paged by like any other', async () => {
  for (const name of ['-first', '--second']) {
    expect((await world.api.call('POST /event-type', { body: { name, description: 'x' } })).status).toBe(201)
  }
  const seen: string[] = []
  for (let iterator = ''; ;) {
    const { body } = await world.api.call(`GET /event-type?limit=1${iterator}`)
    seen.push(...(body['data'] as unknown as { name: string }[]).map(({ name }) => name))
    if (body['done']) break
    iterator = `&iterator=${encodeURIComponent(String(body['iterator']))}`
  }
  expect(seen).toEqual([...new Set(seen)])
  expect(seen).toEqual(expect.arrayContaining(['-first', '--second', 'order.paid']))
})

test('a name that no item of the list may have is no iterator of it', async () => {
  const secrets = lists.find(([, { path }]) => path.endsWith('/secret'))![1]
  expect((await page(secrets, 'secret:1st')).status).toBe(422)
  expect((await page(secrets, 'secret:_1st')).status).toBe(200)
})
