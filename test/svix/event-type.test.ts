import { Ordering } from 'svix'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kinds, startTestSvix, type TestSvix } from '../support/test-svix.ts'

describe.each(kinds)('$client on $engine', (kind) => {
  let harness: TestSvix
  beforeAll(async () => {
    harness = await startTestSvix(kind)
  })
  afterAll(() => harness.stop())

  const eventTypes = () => harness.svix.eventType
  const schemas = { '1': { type: 'object', properties: { id: { type: 'string' } } } }

  describe('the event type calls of Svix’s client', () => {
    test('create, read, replace and patch, with a schema for each version', async () => {
      const made = await eventTypes().create({
        name: 'invoice.paid',
        description: 'Paid',
        schemas,
        groupName: 'invoices',
      })
      expect(harness.status).toBe(201)
      expect(made).toMatchObject({
        name: 'invoice.paid',
        description: 'Paid',
        archived: false,
        deprecated: false,
        schemas,
        groupName: 'invoices',
      })
      expect(await eventTypes().get('invoice.paid')).toEqual(made)
      const replaced = await eventTypes().upsert('invoice.paid', { description: 'Paid in full' })
      expect(harness.status).toBe(200)
      expect(replaced).toMatchObject({ description: 'Paid in full', schemas: null, groupName: null })
      expect(await eventTypes().patch('invoice.paid', { deprecated: true })).toMatchObject({
        description: 'Paid in full',
        deprecated: true,
      })
      expect((await eventTypes().upsert('invoice.voided', { description: 'Put' })).name).toBe('invoice.voided')
      expect(harness.status).toBe(201)
    })

    test('archive on delete, show archived ones only if asked, and bring them back on create', async () => {
      await eventTypes().create({ name: 'order.lost', description: 'Lost' })
      await expect(eventTypes().create({ name: 'order.lost', description: 'Again' })).rejects.toMatchObject({
        code: 409,
        body: { code: 'event_type_exists' },
      })
      await eventTypes().delete('order.lost')
      expect(harness.status).toBe(204)
      const names = async (includeArchived: boolean) => (await eventTypes().list({ includeArchived })).data.map(({ name }) => name)
      expect(await names(false)).not.toContain('order.lost')
      expect(await names(true)).toContain('order.lost')
      expect(await eventTypes().create({ name: 'order.lost', description: 'Found' })).toMatchObject({
        archived: false,
        description: 'Found',
      })
      await eventTypes().delete('order.lost', { expunge: true })
      await expect(eventTypes().get('order.lost')).rejects.toMatchObject({ code: 404 })
      await expect(eventTypes().delete('order.lost')).rejects.toMatchObject({ code: 404 })
    })

    test('list by name, schemas only if asked, in both directions', async () => {
      for (const name of ['page.a', 'page.b', 'page.c', 'page.d', 'page.e']) await eventTypes().create({ name, description: name, schemas })
      const first = await eventTypes().list({ limit: 3, order: Ordering.Descending })
      expect(first.data.map(({ name }) => name)).toEqual(['page.e', 'page.d', 'page.c'])
      expect(first.data[0]!.schemas).toBeNull()
      await eventTypes().create({ name: 'page.bb', description: 'late' })
      const second = await eventTypes().list({ limit: 3, order: Ordering.Descending, iterator: first.iterator, withContent: true })
      expect(second.data.map(({ name }) => name)).toEqual(['page.bb', 'page.b', 'page.a'])
      expect(second.data[1]!.schemas).toEqual(schemas)
      const back = await eventTypes().list({ limit: 3, order: Ordering.Descending, iterator: second.prevIterator ?? null })
      expect(back.data).toEqual(first.data)
    })

    test('change one after the other: of many at once none is lost', async () => {
      await eventTypes().create({ name: 'race', description: 'x' })
      await Promise.all([
        eventTypes().patch('race', { deprecated: true }),
        eventTypes().patch('race', { groupName: 'g' }),
        eventTypes().patch('race', { description: 'f' }),
      ])
      expect(await eventTypes().get('race')).toMatchObject({ deprecated: true, groupName: 'g', description: 'f' })
    })
  })
})
