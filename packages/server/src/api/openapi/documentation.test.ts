import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verify } from '#domain'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.stop())

/** A page as it is now: the server makes it anew after a second. */
const page = async (path: string, holds: string | RegExp = '') => {
  for (;;) {
    const { status, text, headers } = await api.call(`GET /${path}`, { key: null })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    if (typeof holds === 'string' ? text.includes(holds) : holds.test(text)) return { text, headers }
  }
}
const plain = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

describe('the pages for people who receive', () => {
  test('R76: stand there before there is any event type', async () => {
    expect((await page('/docs/events')).text).toContain('There are no event types yet.')
    expect((await page('/docs/payloads')).text).toContain('webhook-signature')
  })

  test('R76: show every event type with its description, fields, schema and example, in groups', async () => {
    await api.call('POST /event-type/import', { body: { catalogue: 'invoice-maker' } })
    const { text } = await page('/docs/events', 'id="invoice.paid"')
    const { data } = (await api.call('GET /event-type?limit=250&with_content=true')).body as unknown as {
      data: { name: string; description: string }[]
    }
    expect(data).toHaveLength(25)
    for (const { name, description } of data) {
      expect(text).toContain(`id="${name}"`)
      expect(text).toContain(`href="#${name}"`)
      expect(plain(text)).toContain(description)
    }
    for (const group of ['Customers', 'Expenses', 'Invoices', 'Quotations', 'Recurring invoices'])
      expect(text).toContain(`<h2>${group}</h2>`)
    expect(plain(text)).toContain('"number": "RE-2026-0042"')
    expect(plain(text)).toContain('JSON Schema, version 1')
  })

  test('R71, R76: explain the envelope, the headers of each profile with signatures that verify, the retries and the deadline', async () => {
    const { text } = await page('/docs/payloads', 'href="/docs/events#')
    const [body, ...signed] = [...text.matchAll(/<pre>([^]*?)<\/pre/g)].map(([, inside]) => plain(inside!).trim())
    const example = JSON.parse(body!) as Record<string, unknown>
    expect(Object.keys(example)).toEqual(['id', 'type', 'created_at', 'timestamp', 'business_id', 'data'])
    for (const name of Object.keys(example)) expect(text).toContain(`<code>${name}</code>`)
    const secrets = [...text.matchAll(/Example secret: <code>([^<]+)<\/code>/g)].map(([, secret]) => secret!)
    for (const [i, profile] of (['standard', 'svix', 'hex'] as const).entries()) {
      const headers = Object.fromEntries(
        signed[i]!.split('\n').map(
          (line) =>
            line
              .trim()
              .split(/: (.*)/)
              .slice(0, 2) as [string, string],
        ),
      )
      const nowSeconds = Date.parse(String(example['created_at'])) / 1000
      const verified = verify({ profile, secrets: [secrets[i]!], headers, body: Buffer.from(JSON.stringify(example)), nowSeconds })
      expect(verified, `${profile}: ${JSON.stringify(headers)}`).toMatchObject({ ok: true })
    }
    const words = plain(text)
    expect(words).toContain('within 10 seconds')
    expect(words).toContain('1 min, 5 min, 30 min, 2 h, 24 h')
    expect(words).toContain('5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, each varied by 20 %')
  })

  test('hide what is archived or behind a feature flag, and mark what is deprecated', async () => {
    for (const [name, more] of [
      ['shop.archived', { archived: true }],
      ['shop.flagged', { featureFlag: 'beta' }],
      ['shop.deprecated', { deprecated: true }],
      ['shop.shown', { groupName: 'My shop' }],
    ] as const)
      await api.call('POST /event-type', { body: { name, description: 'x', ...more } })
    const { text } = await page('/docs/events', 'shop.shown')
    expect(text).not.toMatch(/shop\.(archived|flagged)/)
    expect(plain(text)).toMatch(/shop\.deprecated\s*deprecated/)
    expect(text).toContain('<h2>My shop</h2>')
    expect(text).toContain('<h2>Shop</h2>')
  })

  test('show each version of a schema, the newest first, and make an example where nobody wrote one', async () => {
    const schemas = {
      2: {
        type: 'object',
        properties: { total: { $ref: '#/$defs/money' } },
        $defs: { money: { type: 'integer', minimum: 7, description: 'In cents' } },
      },
      10: { type: 'object', properties: { sum: { allOf: [{ type: 'integer' }, { minimum: 42 }] } }, required: ['sum'] },
    }
    await api.call('POST /event-type', { body: { name: 'versioned.a', description: 'x', schemas } })
    const { text } = await page('/docs/events', 'id="versioned.a"')
    const words = plain(text.slice(text.indexOf('id="versioned.a"')))
    expect(words).toContain('version 10')
    expect(words).toContain('"sum": 42')
    expect(words.indexOf('JSON Schema, version 10')).toBeLessThan(words.indexOf('Version 2'))
  })

  test('escape everything that others wrote, run nothing and load nothing, whatever a schema is', async () => {
    const evil = '<script>alert(1)</script>"\'&'
    const nonsense = {
      type: 7,
      properties: { [evil]: true, b: null, c: { oneOf: 'x', enum: 3, items: [1], required: 'y', description: {} } },
      allOf: [{ $ref: '#' }],
    }
    const body = {
      name: 'evil.a',
      description: evil,
      groupName: evil,
      schemas: { 1: nonsense, [evil]: { title: evil } },
      example: { [evil]: evil },
    }
    expect((await api.call('POST /event-type', { body })).status).toBe(201)
    for (const path of ['/docs/events', '/docs/payloads']) {
      const { text, headers } = await page(path, path === '/docs/events' ? 'id="evil.a"' : '')
      expect(text).not.toMatch(/<script|<link|<img|\son\w+=|javascript:/)
      const style = /<style>([^]*?)<\/style>/.exec(text)![1]!
      expect(headers.get('content-security-policy')).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
      expect([...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id).filter((id) => !ids.has(id))).toEqual([])
    }
  })
})

test('an example or a schema that would fill the page is left out, and the page says where it is', async () => {
  const large = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`field${index}`, index]))
  await api.call('POST /event-type', { body: { name: 'large.made', description: 'Large.', example: large, schemas: { 1: large } } })
  const { text } = await page('/docs/events', 'id="large.made"')
  const section = text.slice(text.indexOf('id="large.made"'))
  expect(plain(section.slice(0, section.indexOf('</section>')))).toContain('The example and schema of this event type would fill the page')
  expect(text).not.toContain('field3999')
})
