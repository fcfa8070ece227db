import { operations } from '@posthorn/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startAccessWorld, type AccessWorld } from '../../../../../test/support/access-world.ts'
import { browserWith, firstOwner, member, PASSWORD, tokenOf, type Browser } from '../../../../../test/support/members.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

describe('members', () => {
  let api: TestApi
  let owner: Browser
  beforeAll(async () => {
    api = await startTestApi()
    for (const uid of ['shop', 'bank']) await api.call('POST /app', { body: { uid, name: uid } })
    owner = await firstOwner(api)
  })
  afterAll(() => api.stop())

  test('are invited by a link that is shown once, and are who they are from then on', async () => {
    const invited = await owner.call('POST /member', { body: { email: 'Jonas@example.com', role: 'operator', applications: ['shop'] } })
    expect(invited.status).toBe(201)
    const { link, linkExpiresAt, ...row } = invited.body
    expect(row).toMatchObject({ email: 'jonas@example.com', name: '', role: 'operator', state: 'invited', lastSeenAt: null })
    expect(Date.parse(String(linkExpiresAt)) - Date.now()).toBeGreaterThan(6 * 24 * 3_600_000)
    const body = { token: tokenOf(link), name: 'Jonas', password: PASSWORD }
    const opened = await api.call('POST /session/link', { key: null, body })
    expect(opened.body).toMatchObject({ id: row['id'], role: 'operator', may: { change: true, manage: false } })
    expect(opened.body['applications']).toMatchObject([{ uid: 'shop', name: 'shop' }])
    expect((await api.call('POST /session/link', { key: null, body })).status).toBe(410)
    const listed = await owner.call('GET /member')
    expect(listed.body['data']).toMatchObject([
      { name: 'Ines', state: 'active' },
      { name: 'Jonas', state: 'active' },
    ])
    for (const secret of [tokenOf(link), 'argon2']) expect(listed.text).not.toContain(secret)
    expect((await owner.call('GET /audit?action=member.invited')).text).not.toContain(tokenOf(link))
  })

  test('may enter several applications, and no other', async () => {
    await api.call('POST /app', { body: { uid: 'third', name: 'third' } })
    const browser = await member(api, { email: 'two@example.com', role: 'operator', applications: ['shop', 'third'] })
    const status = async (app: string) =>
      (await browser.call(`POST /app/${app}/endpoint`, { body: { url: 'https://example.com/' } })).status
    expect([await status('shop'), await status('third'), await status('bank')]).toEqual([201, 201, 404])
    expect((await browser.call('GET /app')).status).toBe(403)
  })

  test.each([
    ['its role', { role: 'viewer' }],
    ['its applications', { applications: ['bank'] }],
    ['being disabled', { disabled: true }],
  ])('lose their sessions with %s', async (_what, change) => {
    const email = `${Object.keys(change)[0]}@example.com`
    const browser = await member(api, { email, role: 'operator' })
    expect((await owner.call(`PATCH /member/${browser.id}`, { body: { name: 'Another name' } })).status).toBe(200)
    expect((await browser.call('GET /me')).body['name']).toBe('Another name')
    expect((await owner.call(`PATCH /member/${browser.id}`, { body: change })).status).toBe(200)
    expect((await browser.call('GET /me')).status).toBe(401)
    const again = await api.call('POST /session', { key: null, body: { email, password: PASSWORD } })
    expect(again.status).toBe('disabled' in change ? 403 : 201)
  })

  test('set a new password by a link, which ends their sessions and the links before', async () => {
    const browser = await member(api, { email: 'forgot@example.com', role: 'viewer' })
    const [first, second] = [await owner.call(`POST /member/${browser.id}/reset`), await owner.call(`POST /member/${browser.id}/reset`)]
    expect((await browser.call('GET /me')).status).toBe(200)
    const open = async (link: unknown) =>
      api.call('POST /session/link', { key: null, body: { token: tokenOf(link), password: 'quite another one' } })
    expect((await open(first.body['link'])).status).toBe(410)
    expect((await open(second.body['link'])).status).toBe(201)
    expect((await browser.call('GET /me')).status).toBe(401)
    const signIn = async (password: string) =>
      (await api.call('POST /session', { key: null, body: { email: 'forgot@example.com', password } })).status
    expect([await signIn(PASSWORD), await signIn('quite another one')]).toEqual([403, 201])
  })

  test('keep an owner: the last one cannot be lowered, disabled or removed', async () => {
    const { id } = (await owner.call('GET /me')).body
    const refused = [
      await owner.call(`PATCH /member/${String(id)}`, { body: { role: 'viewer' } }),
      await owner.call(`PATCH /member/${String(id)}`, { body: { disabled: true } }),
      await owner.call(`DELETE /member/${String(id)}`),
    ]
    for (const answer of refused) expect(answer.body).toMatchObject({ status: 409, code: 'last_owner' })
    // Who was only invited cannot stand in.
    await owner.call('POST /member', { body: { email: 'invited@example.com', role: 'owner' } })
    expect((await owner.call(`DELETE /member/${String(id)}`)).status).toBe(409)
    const other = await member(api, { email: 'other-owner@example.com', role: 'owner' })
    expect((await other.call(`PATCH /member/${String(id)}`, { body: { role: 'operator' } })).status).toBe(200)
    expect((await owner.call('GET /me')).status).toBe(401)
    await other.call(`PATCH /member/${String(id)}`, { body: { role: 'owner' } })
    owner = other
  })

  test('are removed with their sessions, and their address is free again', async () => {
    const browser = await member(api, { email: 'gone@example.com', role: 'viewer' })
    expect((await owner.call(`DELETE /member/${browser.id}`)).status).toBe(204)
    expect((await browser.call('GET /me')).status).toBe(401)
    expect((await owner.call(`DELETE /member/${browser.id}`)).status).toBe(404)
    await member(api, { email: 'gone@example.com', role: 'viewer' })
  })

  test.each<[string, object, string]>([
    ['an address that is none', { email: 'ines', role: 'viewer' }, '/email'],
    ['an address that is taken', { email: 'Jonas@example.com', role: 'viewer' }, '/email'],
    ['an unknown role', { email: 'x@example.com', role: 'admin' }, '/role'],
    ['an unknown application', { email: 'x@example.com', role: 'viewer', applications: ['nowhere'] }, '/applications/0'],
    ['an owner of one application', { email: 'x@example.com', role: 'owner', applications: ['shop'] }, '/applications'],
    ['no application at all', { email: 'x@example.com', role: 'viewer', applications: [] }, '/applications'],
  ])('refuse %s, and name the field', async (_what, body, pointer) => {
    expect((await owner.call('POST /member', { body })).body).toMatchObject({ status: 422, errors: [{ pointer }] })
  })
})

describe('every operation', () => {
  let world: AccessWorld
  const browsers: Record<string, Browser> = {}
  beforeAll(async () => {
    world = await startAccessWorld('sqlite')
    const { api } = world
    browsers['owner'] = await firstOwner(api)
    browsers['operator'] = await member(api, { email: 'operator@example.com', role: 'operator' })
    browsers['viewer'] = await member(api, { email: 'viewer@example.com', role: 'viewer' })
    browsers['own'] = await member(api, { email: 'of-own@example.com', role: 'operator', applications: ['own'] })
    browsers['other'] = await member(api, { email: 'of-other@example.com', role: 'operator', applications: ['other'] })
    browsers['signedOut'] = browserWith(api, '__Host-posthorn=a-token-that-nobody-has')
    browsers['crossSite'] = browserWith(api, browsers['owner'].cookie, 'cross-site')
  })
  afterAll(() => world.stop())

  const callers = ['owner', 'operator', 'viewer', 'own', 'other', 'signedOut', 'crossSite'] as const

  test.each(operations.map((operation) => [operation.id, operation] as const))(
    '%s lets in the members whose role and applications say so, and no page of another site',
    async (id, { method, path, scope, access, role, body }) => {
      for (const caller of callers) {
        // A session that signs out is none for the others.
        if (id === 'v1.session.delete' && caller !== 'signedOut' && caller !== 'crossSite') continue
        const wanted = (): number | 'let in' => {
          if (scope === 'public') return caller === 'crossSite' && method !== 'GET' ? 403 : 'let in'
          if (caller === 'signedOut') return 401
          if (caller === 'crossSite' && method !== 'GET') return 403
          // Members sign out otherwise.
          if (id === 'v1.authentication.logout') return 403
          if (scope === 'organisation' && (caller === 'own' || caller === 'other')) return 403
          if (scope === 'application' && caller === 'other') return 404
          if (role === 'owner' && caller !== 'owner' && caller !== 'crossSite') return 403
          return access === 'write' && role !== 'viewer' && caller === 'viewer' ? 403 : 'let in'
        }
        // With ids that name nothing but the application, so that a call which is let in changes nothing.
        const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
          scope === 'application' && name === 'app_id' ? 'own' : 'nothing',
        )
        const answer = await browsers[caller]!.call(`${method} /${filled}`, body ? { body: {} } : {})
        const isRight = wanted() === 'let in' ? ![401, 403].includes(answer.status) && answer.status < 500 : answer.status === wanted()
        expect(isRight, `${caller}: ${answer.status} ${answer.text}, where it is ${wanted()}`).toBe(true)
      }
    },
  )
})
