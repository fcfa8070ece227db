import { Ordering } from 'svix'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kinds, startTestSvix, type TestSvix } from '../support/test-svix.ts'

describe.each(kinds)('$client on $engine', (kind) => {
  let harness: TestSvix
  beforeAll(async () => {
    harness = await startTestSvix(kind)
  })
  afterAll(() => harness.stop())

  const applications = () => harness.svix.application
  const refusal = async (call: Promise<unknown>) => {
    const error = (await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )) as { code: number; body: { code: string } } | undefined
    return error && { status: error.code, code: error.body.code }
  }

  describe('the application calls of Svix’s client', () => {
    test('create, read, replace, patch and delete', async () => {
      const made = await applications().create({ name: 'Shop', uid: 'crud', metadata: { team: 'a' }, throttleRate: 5 })
      expect(harness.status).toBe(201)
      expect(made).toMatchObject({ name: 'Shop', uid: 'crud', metadata: { team: 'a' }, throttleRate: 5 })
      expect(made.id).toMatch(/^app_[0-9A-Za-z]{22}$/)
      expect(await applications().get('crud')).toEqual(made)
      expect(await applications().get(made.id)).toEqual(made)

      const replaced = await applications().upsert('crud', { name: 'Shop 2' })
      expect(harness.status).toBe(200)
      expect(replaced).toMatchObject({ id: made.id, name: 'Shop 2', uid: 'crud', metadata: {}, throttleRate: null })

      const patched = await applications().patch('crud', { metadata: { team: 'b' }, uid: 'renamed' })
      expect(harness.status).toBe(200)
      expect(patched).toMatchObject({ id: made.id, name: 'Shop 2', uid: 'renamed', metadata: { team: 'b' } })
      expect(await refusal(applications().get('crud'))).toEqual({ status: 404, code: 'not_found' })

      await applications().delete('renamed')
      expect(harness.status).toBe(204)
      expect(await refusal(applications().get(made.id))).toEqual({ status: 404, code: 'not_found' })
      expect((await applications().list({ limit: 250 })).data.map(({ id }) => id)).not.toContain(made.id)
    })

    test('leave applications out by what endpoints they have', async () => {
      const play = 'https://play.svix.com/in/e_abc/'
      const others = { url: 'https://example.com/', disabled: true }
      const of: Record<string, object[]> = { 'x-none': [], 'x-off': [others], 'x-play': [{ url: play }], 'x-both': [{ url: play }, others] }
      for (const [uid, endpoints] of Object.entries(of)) {
        await applications().create({ name: uid, uid })
        for (const endpoint of endpoints) await harness.api.call(`POST /app/${uid}/endpoint`, { body: endpoint })
      }
      const { id } = await harness.svix.endpoint.create('x-none', { url: 'https://example.com/' })
      await harness.svix.endpoint.delete('x-none', id)
      const left = async (options: object) =>
        new Set((await applications().list({ limit: 250, ...options })).data.flatMap(({ uid }) => (uid! in of ? [uid] : [])))
      expect(await left({})).toEqual(new Set(Object.keys(of)))
      expect(await left({ excludeAppsWithNoEndpoints: true })).toEqual(new Set(['x-both', 'x-off', 'x-play']))
      expect(await left({ excludeAppsWithDisabledEndpoints: true })).toEqual(new Set(['x-both', 'x-none', 'x-play']))
      expect(await left({ excludeAppsWithSvixPlayEndpoints: true })).toEqual(new Set(['x-both', 'x-none', 'x-off']))
    })

    test('give a deleted one’s uid to the next', async () => {
      const first = await applications().create({ name: 'First', uid: 'again' })
      await applications().delete('again')
      const second = await applications().create({ name: 'Second', uid: 'again' })
      expect(second.id).not.toBe(first.id)
      expect((await applications().get('again')).name).toBe('Second')
    })

    test('refuse a uid that is taken, when it is created and when it is renamed', async () => {
      await applications().create({ name: 'A', uid: 'taken' })
      expect(await refusal(applications().create({ name: 'B', uid: 'taken' }))).toEqual({ status: 409, code: 'conflict' })
      const other = await applications().create({ name: 'B', uid: 'free' })
      expect(await refusal(applications().patch(other.id, { uid: 'taken' }))).toEqual({ status: 409, code: 'conflict' })
    })

    test('get or create: the second call answers 200 with what is there, also when 20 come at once', async () => {
      const made = await applications().getOrCreate({ name: 'Once', uid: 'once' })
      expect(harness.status).toBe(201)
      expect(await applications().getOrCreate({ name: 'Twice', uid: 'once' })).toEqual(made)
      expect(harness.status).toBe(200)
      const many = await Promise.all(Array.from({ length: 20 }, () => applications().getOrCreate({ name: 'Race', uid: 'race' })))
      expect(new Set(many.map(({ id }) => id)).size).toBe(1)
    })

    test('put what is not there yet under the uid in the path, but never under an unknown id', async () => {
      const made = await applications().upsert('upserted', { name: 'New' })
      expect(harness.status).toBe(201)
      expect(made.uid).toBe('upserted')
      expect((await applications().upsert('upserted', { name: 'Newer' })).id).toBe(made.id)
      expect(harness.status).toBe(200)
      expect(await refusal(applications().upsert(`app_${'0'.repeat(22)}`, { name: 'Never' }))).toEqual({ status: 404, code: 'not_found' })
    })

    test('list pages in both orders and both directions, stable while others are added and removed', async () => {
      const names = Array.from({ length: 7 }, (_, i) => `paged-${i}`)
      for (const name of names) await applications().create({ name, uid: name })
      const seen: string[] = []
      let page = await applications().list({ limit: 3, order: Ordering.Descending })
      for (;;) {
        seen.push(...page.data.map(({ uid }) => uid ?? ''))
        if (page.done) break
        await applications().create({ name: `late-${seen.length}` }) // newer than all: on no page behind this one
        await applications().delete(page.data[2]!.id) // where the page ended
        page = await applications().list({ limit: 3, order: Ordering.Descending, iterator: page.iterator })
      }
      expect(seen.filter((uid) => uid.startsWith('paged-'))).toEqual(names.toReversed())
      expect(new Set(seen).size).toBe(seen.length)

      const first = await applications().list({ limit: 2 })
      const second = await applications().list({ limit: 2, iterator: first.iterator })
      const back = await applications().list({ limit: 2, iterator: second.prevIterator ?? null })
      expect(first.done).toBe(false)
      expect(back.data).toEqual(first.data)
      expect(back.done).toBe(true) // nothing lies before it
    })

    test('refuse pages that are none', async () => {
      expect((await refusal(applications().list({ limit: 251 })))?.status).toBe(422)
      expect((await refusal(applications().list({ limit: 0 })))?.status).toBe(422)
    })
  })
})
