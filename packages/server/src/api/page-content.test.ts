import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/support/postgres.ts'
import { startTestApi, type Json, type TestApi } from '../../../../test/support/test-api.ts'

describe.for(['sqlite', 'postgres'] as const)('a page of large content (%s)', (engine) => {
  let api: TestApi
  let database: Awaited<ReturnType<typeof freshDatabase>> | undefined
  const content = 'x'.repeat(300_000)
  const count = 9

  beforeAll(async () => {
    database = engine === 'postgres' ? await freshDatabase() : undefined
    api = await startTestApi({}, database === undefined ? {} : { databaseUrl: database.url })
    await api.call('POST /app', { body: { uid: 'large', name: 'Large' } })
    expect((await api.call('POST /app/large/endpoint', { body: { uid: 'all', url: 'http://127.0.0.1:4999/' } })).text).toContain('ep_')
    for (let index = 0; index < count; index++) {
      const example = { index, content }
      expect((await api.call('POST /event-type', { body: { name: `large.t${index}`, description: '', example } })).status).toBe(201)
      expect((await api.call('POST /app/large/msg', { body: { eventType: 'large.t0', payload: example } })).status).toBe(202)
    }
  })
  afterAll(async () => {
    await api.stop()
    await database?.drop()
  })

  async function pagesOf(path: string): Promise<Json[][]> {
    const pages: Json[][] = []
    for (let iterator: string | undefined; ;) {
      const { status, body, text } = await api.call(`GET ${path}${iterator === undefined ? '' : `&iterator=${iterator}`}`)
      expect(status, text.slice(0, 300)).toBe(200)
      // What one answer carries is bounded, whatever was asked for.
      expect(text.length).toBeLessThan(1.5 * 1024 * 1024)
      pages.push(body['data'] as unknown as Json[])
      if (body['done'] as unknown as boolean) return pages
      iterator = body['iterator'] as unknown as string
    }
  }

  test.each([
    ['messages', '/app/large/msg?limit=250', 'payload'],
    ['messages that were attempted', '/app/large/endpoint/all/msg?limit=250', 'payload'],
    ['event types with content', '/event-type?limit=250&with_content=true', 'example'],
    ['the audit log', '/audit?limit=250&action=event_type.created', 'after'],
  ])('ends early and goes on with the next one, without losing any: %s', async (_, path, field) => {
    const pages = await pagesOf(path)
    const shown = pages.flat()
    expect(pages.length).toBeGreaterThanOrEqual(3)
    expect(shown).toHaveLength(count)
    for (const one of shown) expect(JSON.stringify(one[field])).toContain(content)
  })

  test.each([
    ['messages', '/app/large/msg?limit=250&with_content=false'],
    ['event types', '/event-type?limit=250'],
  ])('is whole where the content is not asked for: %s', async (_, path) => {
    const pages = await pagesOf(path)
    expect(pages).toHaveLength(1)
    expect(pages[0]).toHaveLength(count)
  })
})
