import { Ordering } from 'svix'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kinds, startTestSvix, type TestSvix } from '../support/test-svix.ts'

describe.each(kinds)('$client on $engine', (kind) => {
  let harness: TestSvix
  beforeAll(async () => {
    harness = await startTestSvix(kind)
    await harness.svix.application.create({ name: 'Shop', uid: 'shop' })
    for (const name of ['invoice.paid', 'invoice.sent']) await harness.svix.eventType.create({ name, description: name })
  })
  afterAll(() => harness.stop())

  const endpoints = () => harness.svix.endpoint
  const url = 'https://example.com/hook'

  describe('the endpoint calls of Svix’s client', () => {
    test('R62, R65: create, read, replace, patch and delete', async () => {
      const given = {
        url,
        uid: 'crud',
        description: 'ERP',
        eventTypes: ['invoice.paid', 'invoice.sent'],
        channels: ['eu'],
        metadata: { team: 'a' },
        throttleRate: 20,
        disabled: true,
      }
      const made = await endpoints().create('shop', given)
      expect(harness.status).toBe(201)
      expect(made).toMatchObject(given)
      expect(made.id).toMatch(/^ep_[0-9A-Za-z]{22}$/)
      expect(await endpoints().get('shop', 'crud')).toEqual(made)
      expect(await endpoints().get('shop', made.id)).toEqual(made)

      const replaced = await endpoints().upsert('shop', 'crud', { url: `${url}/2` })
      expect(harness.status).toBe(200)
      // A replacement neither renames nor un-pauses by accident; the rest goes back to its defaults.
      expect(replaced).toMatchObject({
        id: made.id,
        uid: 'crud',
        url: `${url}/2`,
        disabled: true,
        description: '',
        eventTypes: null,
        channels: null,
        metadata: {},
        throttleRate: null,
      })

      const patched = await endpoints().patch('shop', 'crud', { disabled: false, eventTypes: ['invoice.paid'] })
      expect(patched).toMatchObject({ id: made.id, url: `${url}/2`, disabled: false, eventTypes: ['invoice.paid'] })
      expect(await endpoints().patch('shop', 'crud', { eventTypes: null })).toMatchObject({ eventTypes: null })

      await endpoints().delete('shop', 'crud')
      expect(harness.status).toBe(204)
      await expect(endpoints().get('shop', made.id)).rejects.toMatchObject({ code: 404, body: { code: 'not_found' } })
      await expect(endpoints().delete('shop', made.id)).rejects.toMatchObject({ code: 404 })
    })

    test('put what is not there yet under the uid in the path, but never under an unknown id', async () => {
      const made = await endpoints().upsert('shop', 'upserted', { url })
      expect(harness.status).toBe(201)
      expect(made.uid).toBe('upserted')
      expect((await endpoints().upsert('shop', 'upserted', { url })).id).toBe(made.id)
      expect(harness.status).toBe(200)
      await expect(endpoints().upsert('shop', `ep_${'0'.repeat(22)}`, { url })).rejects.toMatchObject({ code: 404 })
    })

    test('refuse a uid that is taken in the application, and take it in another one', async () => {
      await endpoints().create('shop', { url, uid: 'taken' })
      await expect(endpoints().create('shop', { url, uid: 'taken' })).rejects.toMatchObject({ code: 409, body: { code: 'conflict' } })
      await harness.svix.application.create({ name: 'Other', uid: 'other' })
      expect((await endpoints().create('other', { url, uid: 'taken' })).uid).toBe('taken')
    })

    test('R64: take patterns of event types, and name each event type once', async () => {
      expect(await endpoints().create('shop', { url, eventTypes: ['invoice.*', 'invoice.paid', 'invoice.paid'] })).toMatchObject({
        eventTypes: ['invoice.*', 'invoice.paid'],
      })
      expect(await endpoints().create('shop', { url, eventTypes: ['*'] })).toMatchObject({ eventTypes: ['*'] })
    })

    test('list pages in both orders and both directions, stable while others are added and removed', async () => {
      await harness.svix.application.create({ name: 'Paged', uid: 'paged' })
      const uids = Array.from({ length: 7 }, (_, i) => `paged-${i}`)
      for (const uid of uids) await endpoints().create('paged', { url, uid })
      for (const order of [Ordering.Ascending, Ordering.Descending]) {
        const seen: string[] = []
        let page = await endpoints().list('paged', { limit: 3, order })
        const first = page
        for (;;) {
          seen.push(...page.data.map(({ uid }) => uid ?? ''))
          if (page.done) break
          const late = await endpoints().create('paged', { url })
          page = await endpoints().list('paged', { limit: 3, order, iterator: page.iterator })
          const back = await endpoints().list('paged', { limit: 3, order, iterator: page.prevIterator ?? null })
          if (seen.length === 3) expect(back.data).toEqual(first.data)
          await endpoints().delete('paged', late.id)
        }
        expect(seen.filter((uid) => uid.startsWith('paged-'))).toEqual(order === Ordering.Ascending ? uids : uids.toReversed())
      }
    })

    test('make 100 at once, each of them', async () => {
      const made = await Promise.all(Array.from({ length: 100 }, (_, i) => endpoints().upsert('shop', `many-${i}`, { url })))
      expect(new Set(made.map(({ id }) => id)).size).toBe(100)
    })
  })

  describe('the custom headers of an endpoint', () => {
    test('are replaced, patched and read; sensitive values are named only', async () => {
      await endpoints().create('shop', { url, uid: 'headers', headers: { 'X-First': '1' } })
      expect(await endpoints().getHeaders('shop', 'headers')).toEqual({ headers: { 'X-First': '1' }, sensitive: [] })
      await endpoints().setHeaders('shop', 'headers', { headers: { 'X-Team': 'a', Authorization: 'Bearer hush-hush' } })
      expect(harness.status).toBe(204)
      expect(await endpoints().getHeaders('shop', 'headers')).toEqual({ headers: { 'X-Team': 'a' }, sensitive: ['Authorization'] })
      await endpoints().patchHeaders('shop', 'headers', {
        headers: { 'x-team': 'b', 'X-More': 'c', Authorization: null as unknown as string },
      })
      expect(harness.status).toBe(204)
      expect(await endpoints().getHeaders('shop', 'headers')).toEqual({ headers: { 'x-team': 'b', 'X-More': 'c' }, sensitive: [] })
    })

    test('stay when an endpoint is replaced without them, and go when they are null', async () => {
      await endpoints().create('shop', { url, uid: 'kept', headers: { 'X-Kept': 'yes' } })
      await endpoints().upsert('shop', 'kept', { url })
      expect((await endpoints().getHeaders('shop', 'kept')).headers).toEqual({ 'X-Kept': 'yes' })
      await harness.api.call('PATCH /app/shop/endpoint/kept', { body: { headers: null } })
      expect((await endpoints().getHeaders('shop', 'kept')).headers).toEqual({})
    })
  })
})
