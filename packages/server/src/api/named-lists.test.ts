import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tablesOf } from '#store/testing'
import { freshDatabase } from '../../../../test/support/postgres.ts'
import { startTestApi, type TestApi } from '../../../../test/support/test-api.ts'

/** What people name is found by the server: whoever has thousands loads a page of them. */
describe.each(['sqlite', 'postgres'] as const)('lists of what people name, on %s', (engine) => {
  let api: TestApi
  beforeAll(async () => {
    api = await startTestApi({}, engine === 'postgres' ? { databaseUrl: (await freshDatabase()).url } : {})
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    const listener = (uid: string, name: string, more: object) =>
      api.call('POST /app/shop/listener', { body: { uid, name, suffix: `/${uid}`, auth: { kind: 'none' }, ...more } })
    await listener('orders', 'Bestellungen Ätna', {})
    await listener('push', 'Pushes', { system: 'github', auth: { kind: 'preset', secrets: ['a-secret-of-github'] } })
    await listener('shop', 'Shop', { auth: { kind: 'bearer', tokens: ['a-token-of-it'] } })
    for (const uid of ['erp', 'crm', 'log'])
      await api.call('POST /app/shop/flow', { body: { uid, name: `To the ${uid}`, trigger: { kind: 'job' }, steps: [] } })
    for (const [uid, state] of [
      ['books', 'active'],
      ['parcels', 'paused'],
      ['partner', 'disabled'],
    ])
      await api.call('POST /app/shop/endpoint', { body: { uid, url: `https://${uid}.example.com/in`, description: `The ${uid}`, state } })
  })
  afterAll(() => api.stop())

  const uids = async (list: string): Promise<unknown[]> => {
    const { status, body, text } = await api.call(`GET /app/shop/${list}`)
    expect(status, text).toBe(200)
    return (body['data'] as unknown as { uid: string }[]).map(({ uid }) => uid)
  }

  test.each([
    ['listener?text=BESTELLUNGEN%20ä', ['orders']],
    ['listener?text=https://hooks.example.com/in/shop/push', ['push']],
    ['listener?system=github,gitlab', ['push']],
    ['listener?auth=none,bearer', ['orders', 'shop']],
    ['listener?auth=none&text=push', []],
    ['listener?ids=shop,orders,nobody', ['orders', 'shop']],
    ['listener?ids=', ['orders', 'push', 'shop']],
    ['flow?text=THE%20E', ['erp']],
    ['flow?ids=log,erp&order=descending', ['log', 'erp']],
    ['endpoint?text=books.EXAMPLE', ['books']],
    ['endpoint?text=the%20par', ['parcels', 'partner']],
    ['endpoint?state=paused,disabled', ['parcels', 'partner']],
    ['endpoint?text=partner&state=active', []],
    ['endpoint?ids=partner', ['partner']],
  ])('%s', async (list, expected) => expect(await uids(list)).toEqual(expected))

  test('find secrets, connections, keys, event types and applications by a text too', async () => {
    for (const name of ['erp_token', 'crm_token']) await api.call(`PUT /app/shop/secret/${name}`, { body: { value: 'a value of it' } })
    for (const name of ['erp', 'crm'])
      await api.call(`PUT /app/shop/connection/${name}`, { body: { baseUrl: `https://${name}.example.com/v2`, auth: { kind: 'none' } } })
    for (const name of ['Billing service', 'Storehouse'])
      await api.call('POST /key', { body: { name, access: 'read', application: 'shop' } })
    for (const [name, description] of [
      ['invoice.paid', 'Money came'],
      ['order.taken', 'An order for Ätna'],
    ])
      await api.call('POST /event-type', { body: { name, description } })
    for (const [uid, name] of [
      ['acme', 'Acme Werke'],
      ['nord', 'Nordhaus'],
    ])
      await api.call('POST /app', { body: { uid, name } })
    const names = async (path: string) =>
      ((await api.call(`GET /${path}`)).body['data'] as unknown as { name: string }[]).map(({ name }) => name)
    expect(await names('app/shop/secret?text=ERP')).toEqual(['erp_token'])
    expect(await names('app/shop/connection?text=CRM.example')).toEqual(['crm'])
    expect(await names('key?text=billing')).toEqual(['Billing service'])
    expect(await names('event-type?text=ÄTNA')).toEqual(['order.taken'])
    expect(await names('event-type?text=invoice&with_content=true')).toEqual(['invoice.paid'])
    expect(await names('app?text=werke')).toEqual(['Acme Werke'])
    expect(await names('app?ids=nord,nobody')).toEqual(['Nordhaus'])
    expect(await names('app?text=werke&ids=nord')).toEqual([])
    expect(await names('app?text=posthorn')).toEqual([])
  })

  test('find members and plans by a text, page by page', async () => {
    for (const name of ['Ines', 'Jonas'])
      await api.call('POST /member', { body: { email: `${name}@lindqvist.example`, name: `${name} Ätna`, role: 'viewer' } })
    for (const name of ['gold-eu', 'gold-us', 'silver']) await api.call('POST /plan', { body: { name } })
    const found = async (path: string) => {
      const { body } = await api.call(`GET /${path}`)
      return [(body['data'] as unknown as { name: string }[]).map(({ name }) => name), body['done'], body['iterator']] as const
    }
    expect((await found('member?text=ÄTNA'))[0]).toEqual(['Ines Ätna', 'Jonas Ätna'])
    expect((await found('member?text=jonas@'))[0]).toEqual(['Jonas Ätna'])
    const [first, done, iterator] = await found('plan?text=GOLD&limit=1')
    expect([first, done]).toEqual([['gold-eu'], false])
    expect((await found(`plan?text=GOLD&limit=1&iterator=${iterator}`)).slice(0, 2)).toEqual([['gold-us'], true])
  })

  test('of what names an event type go through all applications, and leave out what was deleted', async () => {
    for (const name of ['use.d', 'use_d', 'Use.d', 'use.dd']) await api.call('POST /event-type', { body: { name, description: 'Used' } })
    for (const uid of ['near', 'far', 'gone']) await api.call('POST /app', { body: { uid, name: `The ${uid}` } })
    const endpoint = async (app: string, eventTypes: string[] | null, description = '') => {
      const made = await api.call(`POST /app/${app}/endpoint`, { body: { url: 'https://a.example.com/', eventTypes, description } })
      expect(made.status, made.text).toBe(201)
    }
    await endpoint('near', ['use.d', 'use.dd'], 'Books')
    await endpoint('far', ['use.d'])
    await endpoint('gone', ['use.d'])
    for (const eventTypes of [['use.*'], ['use_d'], ['Use.d'], ['use.dd'], null]) await endpoint('near', eventTypes)
    await api.call('DELETE /app/gone')
    const flow = (uid: string, more: object) =>
      api.call(`PUT /app/near/flow/${uid}`, { body: { name: uid, trigger: { kind: 'job' }, steps: [], ...more } })
    await flow('starts', { trigger: { kind: 'event', eventTypes: ['use.d'] } })
    await flow('emits', { steps: [{ id: 'a', kind: 'emit_event', eventType: 'use.d', payload: {} }] })
    for (const uid of ['starts', 'emits']) await api.call(`POST /app/near/flow/${uid}/publish`)
    await flow('drafted', { trigger: { kind: 'event', eventTypes: ['use.d'] } })
    expect((await api.call('GET /event-type/use.d/use')).body).toMatchObject({
      endpoints: {
        count: 2,
        first: [
          { name: 'Books', applicationName: 'The near' },
          { name: 'https://a.example.com/', applicationName: 'The far' },
        ],
      },
      flows: { count: 2, first: [{ name: 'starts' }, { name: 'emits' }] },
    })
  })

  test('names what cannot be asked for', async () => {
    for (const [list, pointer] of [
      ['listener?auth=magic', '?auth'],
      ['endpoint?state=off', '?state'],
      ['flow?text=', '?text'],
    ])
      expect((await api.call(`GET /app/shop/${list}`)).body['errors'], list).toMatchObject([{ pointer }])
  })

  test('go on page by page, in both directions, over what does not fit', async () => {
    const { store, ids } = api.deps
    const { application_id, ...row } = await tablesOf(store)
      .selectFrom('endpoint')
      .selectAll()
      .where('uid', '=', 'books')
      .executeTakeFirstOrThrow()
    const made = Array.from({ length: 450 }, (_, n) => ({
      ...row,
      application_id,
      id: ids.make('ep'),
      uid: `many-${n}`,
      url: 'https://x.example/',
    }))
    const wanted = [made[3]!, made[230]!, made[449]!]
    for (const one of wanted) one.description = 'The needle'
    const query = tablesOf(store).insertInto('endpoint').values(made).compile()
    await store.mutate({ statements: [{ query }], application: null, audit: [] })
    const page = async (asked: string) => (await api.call(`GET /app/shop/endpoint?text=needle&limit=2${asked}`)).body
    const first = await page('')
    expect(first).toMatchObject({ data: wanted.slice(0, 2).map(({ id }) => ({ id })), done: false })
    expect(await page(`&iterator=${String(first['iterator'])}`)).toMatchObject({ data: [{ id: wanted[2]!.id }], done: true })
    expect(await page('&order=descending')).toMatchObject({ data: [{ id: wanted[2]!.id }, { id: wanted[1]!.id }], done: false })
    expect(await page(`&iterator=-${wanted[2]!.id}`)).toMatchObject({ data: wanted.slice(0, 2).map(({ id }) => ({ id })), done: true })
  })
})
