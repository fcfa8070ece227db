import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFakeClock } from '#platform/testing'
import { openStream } from '../../../../../test/support/open-stream.ts'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

const HOUR_MS = 3_600_000
const logo = `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')}`

describe.each(['SQLite', 'PostgreSQL'] as const)('on %s, a link to the portal', (engine) => {
  let api: TestApi
  let folder = ''
  let drop: (() => Promise<void>) | undefined
  const clock = createFakeClock()
  beforeAll(async () => {
    const database = engine === 'SQLite' ? undefined : await freshDatabase()
    drop = database?.drop
    folder = mkdtempSync(join(tmpdir(), 'posthorn-portal-'))
    for (const name of ['index.html', 'portal.html']) writeFileSync(join(folder, name), `<title>${name}</title>`)
    const settings = { consoleFolder: folder, portalHosts: ['https://app.example.com', 'https://admin.example.com'] }
    api = await startTestApi(settings, { clock, ...(database && { databaseUrl: database.url }) })
    for (const uid of ['shop', 'other']) await api.call('POST /app', { body: { uid, name: uid } })
  })
  afterAll(async () => {
    await api.stop()
    await drop?.()
    rmSync(folder, { recursive: true, force: true })
  })

  const visit = async (body: object = {}) => {
    const answer = await api.call('POST /auth/app-portal-access/shop', { body })
    return { link: String(answer.body['url']).split('#')[1]!, key: String(answer.body['token']) }
  }
  const redeem = async (token: string, headers: Record<string, string> = {}) =>
    api.call('POST /portal/session', { key: null, body: { token }, headers })
  const opened = async (body: object = {}) => String((await redeem((await visit(body)).link)).body['token'])

  test('is exchanged once for a key of its own, whoever is faster', async () => {
    const { link, key } = await visit()
    const answers = await Promise.all([redeem(link), redeem(link), redeem(link)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 410, 410])
    const { body, headers } = answers.find(({ status }) => status === 201)!
    expect(body['token']).toMatch(/^phk_/)
    expect(body['token']).not.toBe(key)
    // Neither a cookie that another page could have sent, nor a copy in a cache.
    expect([headers.get('set-cookie'), headers.get('cache-control')]).toEqual([null, 'no-store'])
    expect((await redeem(link)).body['code']).toBe('link_used_up')
    expect((await redeem('php_nothing')).body['code']).toBe('link_used_up')
    const { text } = await api.call('GET /audit?limit=2')
    expect(text).toContain('portal.opened')
    expect(text).not.toContain(link)
  })

  test('ends after an hour, and with its key', async () => {
    const [late, revoked] = [await visit(), await visit()]
    clock.advance(HOUR_MS)
    expect((await redeem(late.link)).body['code']).toBe('link_used_up')
    const fresh = await visit()
    expect((await api.call('POST /auth/logout', { key: fresh.key })).status).toBe(204)
    expect((await redeem(fresh.link)).body['code']).toBe('link_used_up')
    expect(revoked.link).not.toBe(late.link)
  })

  test('opens what its key may, until that ends or is revoked', async () => {
    const { link, key } = await visit({ readOnly: true, expiry: 3600 })
    const token = String((await redeem(link)).body['token'])
    expect((await api.call('GET /app/shop/endpoint', { key: token })).status).toBe(200)
    expect((await api.call('POST /app/shop/endpoint', { key: token, body: { url: 'https://example.com/' } })).status).toBe(403)
    expect((await api.call('GET /me', { key: token })).body).toMatchObject({ applications: [{ uid: 'shop' }], may: { change: false } })
    const listed = (await api.call('GET /key?kind=portal&limit=250')).body['data'] as unknown as { id: string; last4: string }[]
    const { id } = listed.find(({ last4 }) => last4 === key.slice(-4))!
    expect((await api.call(`DELETE /key/${id}`)).status).toBe(204)
    expect((await api.call('GET /app/shop/endpoint', { key: token })).status).toBe(401)
    const other = await opened({ expiry: 3600 })
    clock.advance(HOUR_MS)
    expect((await api.call('GET /app/shop/endpoint', { key: other })).status).toBe(401)
  })

  test('reaches one application, and of that nothing but what is sent to it', async () => {
    const key = await opened()
    const status = async (call: string) => (await api.call(call, { key })).status
    for (const path of ['endpoint', 'delivery', 'msg', 'stats', 'plan']) expect(await status(`GET /app/shop/${path}`), path).toBe(200)
    expect(await status('GET /event-type')).toBe(200)
    for (const path of ['listener', 'request', 'flow', 'run', 'secret', 'entry', 'issue'])
      expect(await status(`GET /app/shop/${path}`), path).toBe(403)
    expect(await status('POST /app/shop/msg')).toBe(403)
    for (const path of ['endpoint', 'plan']) expect(await status(`GET /app/other/${path}`), path).toBe(404)
    // What the plan allows, and no list of the plans that others have.
    expect(await status('GET /plan')).toBe(403)
    expect(await status('GET /key')).toBe(403)
    const stream = await openStream(api, 'shop', { key, topics: 'request,run,endpoint', lastEventId: 'elsewhere.1' })
    expect((await stream.next())!.data.of).toEqual(['endpoint'])
    await stream.cancel()
  })

  test('shows what goes to endpoints, and nothing of what flows send or run again', async () => {
    const post = async (path: string, body: object) => {
      const answer = await api.call(`POST /app/flows${path}`, { body })
      expect(answer.status, answer.text).toBeLessThan(300)
      return answer.body
    }
    await api.call('POST /app', { body: { uid: 'flows', name: 'Flows' } })
    const hidden = 'http://127.0.0.1:8080/erp'
    await post('/endpoint', { url: 'http://127.0.0.1:8080/endpoint', state: 'paused' })
    await post('/listener', { uid: 'in', name: 'In', suffix: '/in', auth: { kind: 'none' } })
    const steps = [{ id: 'call', kind: 'send_webhook', url: hidden, event: 'secret.thing' }]
    await post('/flow', { uid: 'job', name: 'Job', trigger: { kind: 'job' }, steps })
    await post('/flow', { uid: 'hook', name: 'Hook', trigger: { kind: 'webhook', listener: 'in' }, steps })
    for (const flow of ['job', 'hook']) await post(`/flow/${flow}/publish`, {})
    const replay = String((await post('/request/replay', { filter: {} }))['id'])
    const key = String((await api.call('POST /auth/app-portal-access/flows', { body: {} })).body['token'])
    const list = async (as: string) =>
      (await api.call('GET /app/flows/delivery', { key: as })).body['data'] as unknown as { id: string; stepId: string | null }[]
    const stream = await openStream(api, 'flows', { key, topics: 'delivery' })
    await post('/run', { flow: 'job', document: {} })
    await expect.poll(() => list(api.key)).toHaveLength(1)
    await post('/msg', { eventType: 'order.paid', payload: {} })
    const [step] = (await list(api.key)).filter(({ stepId }) => stepId !== null)
    expect(await list(api.key)).toHaveLength(2)

    expect(await list(key)).toMatchObject([{ stepId: null }])
    const status = async (call: string, body?: object) => (await api.call(call, { key, ...(body && { body }) })).status
    for (const call of ['GET', 'POST /cancel', 'POST /resend', 'GET /attempt']) {
      const [method, rest = ''] = call.split(' ')
      expect(await status(`${method} /app/flows/delivery/${step!.id}${rest}`), call).toBe(404)
    }
    const cancelled = await api.call('POST /app/flows/delivery/cancel', { key, body: { deliveryIds: [step!.id] } })
    expect(cancelled.body).toEqual({ cancelled: 0, skipped: 1 })
    await post(`/delivery/${step!.id}/cancel`, {})
    const preview = { filter: { status: ['cancelled'] }, dryRun: true }
    expect((await api.call('POST /app/flows/replay', { key: api.key, body: preview })).body).toMatchObject({ matched: 1 })
    expect((await api.call('POST /app/flows/replay', { key, body: preview })).body).toMatchObject({ matched: 0 })
    expect((await api.call('GET /app/flows/replay', { key })).body).toMatchObject({ data: [] })
    for (const call of [`GET /app/flows/replay/${replay}`, `POST /app/flows/replay/${replay}/cancel`]) expect(await status(call)).toBe(404)
    // What is counted came before the moment in which it is asked for.
    clock.advance(1000)
    const { body: stats } = await api.call('GET /app/flows/stats?group_by=endpoint', { key })
    expect(stats).toMatchObject({ groups: [{ key: expect.stringMatching(/^ep_/), deliveries: 1 }], now: { waiting: 0, held: 1 } })
    expect((await stream.next())!.data.row).toMatchObject({ stepId: null })
    await stream.cancel()
  })

  test('is not exchanged for a page of another site', async () => {
    const { link } = await visit()
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example.com' }])
      expect((await redeem(link, headers)).body['code']).toBe('cross_site_refused')
    expect((await redeem(link, { 'sec-fetch-site': 'same-origin' })).status).toBe(201)
  })

  test('leads to a page that allowed hosts may frame and nobody else, unlike the console', async () => {
    for (const path of ['/portal', '/portal/a/app_1/settings/webhooks']) {
      const page = await api.call(`GET /${path}`, { key: null })
      expect(page.text).toContain('portal.html')
      const policy = page.headers.get('content-security-policy')
      expect(policy).toMatch(/frame-ancestors https:\/\/app\.example\.com https:\/\/admin\.example\.com$/)
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'/)
      expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    }
    expect((await api.call('GET //sign-in', { key: null })).headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'$/)
  })

  test('looks as the owner says, to everybody, and only the organisation says it', async () => {
    const look = { name: 'Lindqvist Supply', logo, accent: '#7a3b1d', returnUrl: 'https://app.example.com/webhooks' }
    expect((await api.call('GET /portal/look', { key: null })).body).toEqual({ name: '', logo: null, accent: null, returnUrl: null })
    expect((await api.call('PUT /portal/look', { body: look })).body).toEqual(look)
    expect((await api.call('PUT /portal/look', { key: await opened(), body: look })).status).toBe(403)
    expect((await api.call('GET /portal/look', { key: null })).body).toEqual(look)
    const faulty = { accent: 'red', logo: 'https://example.com/logo.png', returnUrl: 'javascript:alert(1)' }
    const refused = await api.call('PUT /portal/look', { body: faulty })
    expect((refused.body['errors'] as unknown as { pointer: string }[]).map(({ pointer }) => pointer).toSorted()).toEqual([
      '/accent',
      '/logo',
      '/returnUrl',
    ])
    expect((await api.call('PUT /portal/look', { body: {} })).body).toMatchObject({ name: '', logo: null })
  })
})
