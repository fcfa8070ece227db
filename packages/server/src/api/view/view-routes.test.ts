import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { firstOwner, member, type Browser } from '../../../../../test/support/members.ts'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type TestAnswer, type TestApi } from '../../../../../test/support/test-api.ts'

const failed = { list: 'deliveries', name: 'Not delivered', search: { status: 'failed', range: '1h' } }

describe.each(['sqlite', 'postgres'] as const)('saved views on %s', (engine) => {
  let api: TestApi
  let stop: () => Promise<void>
  let ines: Browser
  let oskar: Browser
  beforeAll(async () => {
    const database = engine === 'postgres' ? await freshDatabase() : undefined
    api = await startTestApi({}, database && { databaseUrl: database.url })
    stop = async () => {
      await api.stop()
      await database?.drop()
    }
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    ines = await firstOwner(api)
    oskar = await member(api, { email: 'oskar@example.com', role: 'operator' })
  })
  afterAll(() => stop())

  const namesFor = async (browser: Browser, query = '') => {
    const { body } = await browser.call(`GET /app/shop/view${query}`)
    return (body['data'] as unknown as { name: string }[]).map(({ name }) => name)
  }
  const idOf = ({ body }: TestAnswer) => String(body['id'])

  test("a private one is its maker's alone, until it is shared, and again when it is shared no more", async () => {
    const made = await ines.call('POST /app/shop/view', { body: failed })
    expect(made.body).toMatchObject({ ...failed, shared: false })
    const path = `/app/shop/view/${idOf(made)}`
    expect([await namesFor(ines), await namesFor(oskar)]).toEqual([['Not delivered'], []])
    for (const method of ['GET', 'DELETE']) expect((await oskar.call(`${method} ${path}`)).status).toBe(404)
    expect((await oskar.call(`PATCH ${path}`, { body: { name: 'x' } })).status).toBe(404)

    await ines.call(`PATCH ${path}`, { body: { shared: true } })
    expect(await namesFor(oskar)).toEqual(['Not delivered'])
    expect((await oskar.call(`PATCH ${path}`, { body: { name: 'Failed', search: { status: 'failed' } } })).body).toMatchObject({
      ...{ name: 'Failed', search: { status: 'failed' }, shared: true },
    })
    expect((await oskar.call(`PATCH ${path}`, { body: { shared: false } })).status).toBe(200)
    expect([await namesFor(ines), await namesFor(oskar)]).toEqual([['Failed'], []])
    expect((await ines.call(`DELETE ${path}`)).status).toBe(204)
    expect(await namesFor(ines)).toEqual([])
    const { body } = await ines.call('GET /audit?limit=1')
    expect(body['data']).toMatchObject([{ action: 'view.deleted', target: idOf(made) }])
  })

  test('a viewer keeps views of their own, and leaves those of all as they are', async () => {
    const vera = await member(api, { email: 'vera@example.com', role: 'viewer' })
    const made = await vera.call('POST /app/shop/view', { body: { ...failed, name: "Vera's" } })
    expect([made.status, made.body['shared']]).toEqual([201, false])
    const own = `/app/shop/view/${idOf(made)}`
    expect((await vera.call(`PATCH ${own}`, { body: { name: 'Hers' } })).body['name']).toBe('Hers')
    const shared = await ines.call('POST /app/shop/view', { body: { ...failed, name: 'For all', shared: true } })
    const ofAll = `/app/shop/view/${idOf(shared)}`
    for (const [call, body] of [
      ['POST /app/shop/view', { ...failed, name: 'Of a viewer', shared: true }],
      [`PATCH ${own}`, { shared: true }],
      [`PATCH ${ofAll}`, { name: 'x' }],
      [`PATCH ${ofAll}`, { shared: false }],
      [`DELETE ${ofAll}`, undefined],
    ] as const)
      expect((await vera.call(call, { body })).body['code'], call).toBe('insufficient_access')
    expect(await namesFor(vera)).toEqual(['Hers', 'For all'])
    expect((await vera.call(`DELETE ${own}`)).status).toBe(204)
    expect((await ines.call(`DELETE ${ofAll}`)).status).toBe(204)
    // A key that may only read is nobody who looks at pages.
    const { body: reader } = await api.call('POST /key', { body: { name: 'Reader', access: 'read' } })
    const byKey = await api.call('POST /app/shop/view', { body: failed, key: String(reader['key']) })
    expect(byKey.body['code']).toBe('insufficient_access')
  })

  test('a name is taken once for each list and audience', async () => {
    const body = { ...failed, name: 'Twice' }
    expect((await ines.call('POST /app/shop/view', { body })).status).toBe(201)
    expect((await ines.call('POST /app/shop/view', { body })).body['code']).toBe('conflict')
    for (const other of [{ list: 'runs' }, { shared: true }])
      expect((await ines.call('POST /app/shop/view', { body: { ...body, ...other } })).status).toBe(201)
    expect((await oskar.call('POST /app/shop/view', { body })).status).toBe(201)
    expect(await namesFor(ines, '?list=runs')).toEqual(['Twice'])
    expect(await namesFor(ines, '?list=deliveries&limit=1')).toEqual(['Twice'])
    expect(await namesFor(oskar)).toEqual(['Twice', 'Twice'])
  })

  test('only lists that there are, filters that are text, and names that are some', async () => {
    for (const [wrong, pointer] of [
      [{ list: 'keys' }, '/list'],
      [{ name: ' ' }, '/name'],
      [{ search: { status: 1 } }, '/search/status'],
      [{ search: { q: 'x'.repeat(5000) } }, '/search'],
    ] as const)
      expect((await ines.call('POST /app/shop/view', { body: { ...failed, ...wrong } })).body).toMatchObject({ errors: [{ pointer }] })
  })
})
