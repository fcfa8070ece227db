import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '#platform'
import { createFakeClock } from '#platform/testing'
import { tablesOf } from '#store/testing'
import { browserWith, cookieOf, firstOwner, member, PASSWORD, tokenOf } from '../../../../../test/support/members.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { firstOwnerLink, lockedOutLink } from './owner-links.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.stop())

const about = () => ({ ...api.deps, apiUrl: api.deps.settings.apiUrl })
const signIn = async (email: string, password = PASSWORD, headers = {}) =>
  api.call('POST /session', { key: null, body: { email, password }, headers })

describe('the first owner', () => {
  test('gets in by a link, which says what it is for, and which is used up by that', async () => {
    const [link, other] = [await firstOwnerLink(about()), await firstOwnerLink(about())]
    expect(link).toMatch(/^https:\/\/api\.example\.com\/welcome#v1\./)
    const describe = async (token: string) => api.call('POST /session/link/describe', { key: null, body: { token } })
    expect((await describe(tokenOf(link))).body).toMatchObject({ kind: 'owner', email: null, name: '' })
    const body = { token: tokenOf(link), password: PASSWORD }
    expect((await api.call('POST /session/link', { key: null, body })).body['errors']).toMatchObject([
      { pointer: '/email' },
      { pointer: '/name' },
    ])
    const short = { ...body, email: 'a@example.com', name: 'A', password: 'eleven char' }
    expect((await api.call('POST /session/link', { key: null, body: short })).body['errors']).toMatchObject([{ pointer: '/password' }])

    const made = await api.call('POST /session/link', { key: null, body: { ...body, email: ' Ines@Example.com ', name: 'Ines' } })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ kind: 'member', name: 'Ines', email: 'ines@example.com', role: 'owner', applications: null })
    expect((await browserWith(api, cookieOf(made)).call('GET /me')).body).toEqual(made.body)

    for (const token of [tokenOf(link), tokenOf(other)]) {
      expect((await describe(token)).body).toMatchObject({ status: 410, code: 'link_used_up' })
      expect((await api.call('POST /session/link', { key: null, body: { ...body, token } })).status).toBe(410)
    }
    expect(await firstOwnerLink(about())).toBeUndefined()
  })

  test('who is locked out gets in by a link of the machine, once, in whatever way its text is written', async () => {
    const token = tokenOf(lockedOutLink(about()))
    const body = { token, email: 'ines@example.com', name: 'Ines', password: 'another four words' }
    // A base64 text has near-copies, which open the same.
    const copies = [token, `${token}=`, `${token}==`]
    const answers = await Promise.all(
      copies.map(async (one) => api.call('POST /session/link', { key: null, body: { ...body, token: one } })),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 410, 410])
    expect((await signIn('ines@example.com')).status).toBe(403)
    expect((await signIn('ines@example.com', 'another four words')).status).toBe(201)
    await api.call('POST /session/link', { key: null, body: { ...body, token: tokenOf(lockedOutLink(about())), password: PASSWORD } })
    expect((await signIn('ines@example.com')).status).toBe(201)
  })

  test('what is sealed for something else opens nothing', async () => {
    const token = api.deps.vault.seal('{"kind":"owner","id":"x","expiresAt":9e15}', 'secret:app:name')
    expect((await api.call('POST /session/link/describe', { key: null, body: { token } })).status).toBe(410)
  })
})

describe('a session', () => {
  test('is a cookie that scripts cannot read, kept as a digest, and begins anew at each sign-in', async () => {
    const first = await signIn('ines@example.com')
    expect(first.headers.get('set-cookie')).toMatch(/^__Host-posthorn=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000; Secure$/)
    const planted = cookieOf(first)
    const second = await signIn('ines@example.com', PASSWORD, { cookie: planted })
    expect(cookieOf(second)).not.toBe(planted)
    const kept = JSON.stringify(await tablesOf(api.deps.store).selectFrom('member_session').selectAll().execute())
    expect(kept).not.toContain(planted.split('=')[1])
  })

  test('ends at sign-out', async () => {
    const browser = browserWith(api, cookieOf(await signIn('ines@example.com')))
    expect((await browser.call('GET /app')).status).toBe(200)
    const out = await browser.call('DELETE /session')
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringMatching(/^__Host-posthorn=; .*Max-Age=0/)])
    expect((await browser.call('GET /app')).body).toMatchObject({ status: 401, code: 'session_ended' })
  })

  test('is looked at behind a key, which goes first whether it is right or not', async () => {
    const { cookie } = browserWith(api, cookieOf(await signIn('ines@example.com')))
    const call = async (key: string) => api.call('GET /me', { key, headers: { cookie } })
    expect((await call(api.key)).body).toMatchObject({ kind: 'key', role: 'owner' })
    expect((await call('wrong')).status).toBe(401)
  })

  test('is not opened by a plain cookie where the server has TLS', async () => {
    const { cookie } = browserWith(api, cookieOf(await signIn('ines@example.com')))
    expect((await browserWith(api, cookie.replace('__Host-', '')).call('GET /me')).body['code']).toBe('authentication_failed')
  })

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }, 403],
    ['another origin, to a browser that says no more', { origin: 'https://evil.example' }, 403],
    ['a sandboxed page', { origin: 'null' }, 403],
    ['nobody knows where', {}, 403],
    ['this server', { 'sec-fetch-site': 'same-origin' }, 201],
    ['this server, to a browser that says no more', { origin: 'https://api.example.com' }, 201],
  ])('R105: does what is asked from %s or not', async (_from, headers, status) => {
    const browser = browserWith(api, cookieOf(await signIn('ines@example.com')), null)
    const answer = await browser.call('POST /app', { body: { name: 'x' }, headers })
    expect(answer.status).toBe(status)
    if (status === 403) expect(answer.body['code']).toBe('cross_site_refused')
    expect((await browser.call('GET /app', { headers })).status).toBe(200)
  })

  test('is not begun by another site either: nobody is signed in as somebody else without knowing', async () => {
    const answer = await signIn('ines@example.com', PASSWORD, { 'sec-fetch-site': 'cross-site' })
    expect(answer.body['code']).toBe('cross_site_refused')
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  test('stands in the audit log, without password or token', async () => {
    const cookie = cookieOf(await signIn('ines@example.com'))
    await signIn('ines@example.com', 'a wrong password')
    await signIn('nobody@example.com', 'a wrong password')
    const audit = await api.call('GET /audit?limit=3')
    const { id } = (await browserWith(api, cookie).call('GET /me')).body
    expect(audit.body['data']).toMatchObject([
      { action: 'session.refused', actor: 'nobody', target: 'unknown' },
      { action: 'session.refused', actor: 'nobody', target: id },
      { action: 'session.created', actor: id, target: id },
    ])
    for (const secret of [cookie.split('=')[1]!, 'a wrong password', 'nobody@', 'argon2']) expect(audit.text).not.toContain(secret)
  })

  test('is refused to a wrong address and a wrong password in the same words', async () => {
    const said = async (email: string) => {
      const { requestId: _, ...body } = (await signIn(email, 'a wrong password')).body
      return body
    }
    expect(await said('ines@example.com')).toEqual(await said('somebody@example.com'))
  })
})

test('a password is kept by argon2id only, and the same characters are the same password', async () => {
  await member(api, { email: 'umlaut@example.com', role: 'viewer' })
  const row = await api.deps.store.queries.members.withEmail('umlaut@example.com')
  expect(row?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  const reset = await api.call(`POST /member/${row!.id}/reset`)
  await api.call('POST /session/link', { key: null, body: { token: tokenOf(reset.body['link']), password: 'ein schöner Tag' } })
  expect((await signIn('umlaut@example.com', 'ein scho\u0308ner Tag')).status).toBe(201)
})

describe('on a clock', () => {
  const DAY = 24 * 3_600_000
  /** The machine's clock, which can be set forward: to walk through a month timer by timer would take minutes. */
  const openHarness = async () => {
    let aheadMs = 0
    const clock = {
      ...systemClock,
      now: () => systemClock.now() + aheadMs,
      monotonic: () => systemClock.monotonic() + aheadMs,
    }
    const timed = await startTestApi({}, { clock })
    const browser = await firstOwner(timed)
    const ends = async () => Date.parse(String((await browser.call('GET /me')).body['expiresAt'])) - clock.now()
    return { browser, ends, pass: (ms: number) => void (aheadMs += ms), [Symbol.asyncDispose]: () => timed.stop() }
  }

  test('a session lives on by its use, ends a week behind the last and a month behind its sign-in', async () => {
    await using harness = await openHarness()
    for (let day = 6; day <= 24; day += 6) {
      harness.pass(6 * DAY)
      // Used, and the use written down.
      await expect.poll(harness.ends).toBeGreaterThan(Math.min(7, 30 - day) * DAY - 60_000)
    }
    harness.pass(6 * DAY + 60_000)
    expect((await harness.browser.call('GET /me')).status).toBe(401)
  })

  test('a session that nobody uses ends after a week', async () => {
    await using harness = await openHarness()
    harness.pass(7 * DAY + 60_000)
    expect((await harness.browser.call('GET /me')).body['code']).toBe('session_ended')
  })

  test('who guesses waits longer and longer, of whatever account; a right password forgives', async () => {
    const clock = createFakeClock()
    const timed = await startTestApi({}, { clock })
    onTestFinished(() => timed.stop())
    await firstOwner(timed)
    const guess = async (email: string, password = 'wrong password') =>
      timed.call('POST /session', { key: null, body: { email, password } })
    for (const email of ['ines@example.com', 'nobody@example.com']) {
      const statuses = []
      for (let i = 0; i < 6; i++) statuses.push((await guess(email)).status)
      expect(statuses).toEqual([403, 403, 403, 403, 403, 429])
    }
    // The right password waits too.
    const waiting = await guess('ines@example.com', PASSWORD)
    expect([waiting.status, waiting.headers.get('retry-after')]).toEqual([429, '1'])
    await clock.run(1000)
    expect((await guess('ines@example.com')).status).toBe(403)
    expect((await guess('ines@example.com')).headers.get('retry-after')).toBe('2')
    await clock.run(2000)
    expect((await guess('ines@example.com', PASSWORD)).status).toBe(201)
    expect((await guess('ines@example.com')).status).toBe(403)
    expect((await guess('ines@example.com')).status).toBe(403)
  })
})
