import type { JWTPayload } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '#platform'
import { browserWith, cookieOf, firstOwner, member, type Browser } from '../../../../../../test/support/members.ts'
import { OpenIdProvider, type Forgery, type Person } from '../../../../../../test/support/open-id-provider.ts'
import { startTestApi, type TestAnswer, type TestApi } from '../../../../../../test/support/test-api.ts'

const INES = { sub: 'p1', email: 'ines@example.com', email_verified: true, name: 'Ines Kowalski' }

let provider: OpenIdProvider
let api: TestApi
let owner: Browser
beforeAll(async () => {
  provider = await new OpenIdProvider().start()
  const { settings } = provider
  api = await startTestApi({
    trustedProxies: ['127.0.0.1'],
    signInProviders: [
      settings,
      { ...settings, id: 'staff', label: 'Staff', domains: ['lindqvist.example'], newMembers: 'viewer' },
      { ...settings, id: 'gone', label: 'Gone', issuer: `${settings.issuer}/elsewhere` },
    ],
  })
  owner = await firstOwner(api)
})
afterEach(() => {
  Object.assign(provider, { person: INES, forgery: {}, thin: false, denies: false })
})
afterAll(async () => {
  await api?.stop()
  await provider?.[Symbol.asyncDispose]()
})

interface Returned {
  readonly code: string
  readonly state: string
  readonly cookie: string
}

/** Begins in one browser, and lets the provider send it back. */
async function returned(id = 'acme', of = api): Promise<Returned> {
  const begun = await of.call(`POST /session/provider/${id}`, { key: null })
  expect(begun.status, begun.text).toBe(200)
  const answer = await fetch(String(begun.body['url']), { redirect: 'manual' })
  const back = new URL(answer.headers.get('location')!)
  expect(`${back.origin}${back.pathname}`).toBe(`https://api.example.com/sign-in/${id}`)
  return { code: back.searchParams.get('code')!, state: back.searchParams.get('state')!, cookie: cookieOf(begun) }
}

let networks = 0

/** From a network of its own: who fails often waits. */
async function complete({ cookie, ...body }: Returned, id = 'acme', headers = {}, to = api): Promise<TestAnswer> {
  const from = { 'x-forwarded-for': `203.0.113.${++networks}` }
  return to.call(`POST /session/provider/${id}/return`, { key: null, body, headers: { cookie, ...from, ...headers } })
}

const codeOf = ({ status, body }: TestAnswer) => (status === 201 ? 'in' : body['code'])

describe('signing in with a provider', () => {
  test.each(['RS256', 'ES256'] as const)('begins a session like any other, by a token signed with %s', async (algorithm) => {
    provider.forgery = { algorithm }
    const answer = await complete(await returned())
    expect(answer.body).toMatchObject({ kind: 'member', email: 'ines@example.com', name: 'Ines', role: 'owner' })
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-posthorn=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/)
    const browser = browserWith(api, cookieOf(answer))
    expect((await browser.call('GET /me')).status).toBe(200)
    const audit = await owner.call('GET /audit?limit=1')
    expect(audit.body['data']).toMatchObject([{ action: 'session.created', after: { provider: 'acme' } }])
  })

  test('shows which providers there are, and none of their secrets', async () => {
    const { body, text } = await api.call('GET /session/provider', { key: null })
    expect(body['data']).toMatchObject([{ id: 'acme', label: 'Acme' }, { id: 'staff' }, { id: 'gone' }])
    expect(text).not.toMatch(/secret|client/i)
  })

  test('keeps what the browser has to bring back out of the reach of scripts, other sites and other hosts', async () => {
    const begun = await api.call('POST /session/provider/acme', { key: null })
    expect(begun.headers.get('set-cookie')).toMatch(
      /^__Host-posthorn-sign-in=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=600; Secure$/,
    )
    const asked = new URL(String(begun.body['url'])).searchParams
    expect(Object.fromEntries(asked)).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', scope: 'openid email' })
    // Sealed: who reads the cookie learns neither of them.
    for (const name of ['state', 'nonce']) expect(begun.headers.get('set-cookie')).not.toContain(asked.get(name)!)
  })

  test('asks the user info where the token says no address', async () => {
    provider.thin = true
    expect(codeOf(await complete(await returned()))).toBe('in')
    expect(provider.asked.at(-1)).toBe('GET /userinfo')
  })
})

test('a provider may change its keys: the set is asked for anew, but no more often than twice a minute', async () => {
  await using changing = await new OpenIdProvider().start()
  let aheadMs = 0
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + aheadMs }
  const timed = await startTestApi({ signInProviders: [changing.settings] }, { clock })
  onTestFinished(() => timed.stop())
  await firstOwner(timed)
  const asked = () => changing.asked.filter((one) => one === 'GET /keys').length
  expect(codeOf(await complete(await returned('acme', timed), 'acme', {}, timed))).toBe('in')
  await changing.changeKeys()
  aheadMs = 31_000
  expect(codeOf(await complete(await returned('acme', timed), 'acme', {}, timed))).toBe('in')
  expect(asked()).toBe(2)
  // A key that nobody shows is no reason to ask again and again.
  changing.forgery = { unknownKey: true }
  for (let i = 0; i < 3; i++) expect(codeOf(await complete(await returned('acme', timed), 'acme', {}, timed))).toBe('sign_in_refused')
  expect(asked()).toBe(2)
})

describe('whoever the provider vouches for', () => {
  const by = async (person: Person, id: string) => {
    provider.person = person
    return complete(await returned(id), id)
  }

  test('has to be a member, where no rule admits them', async () => {
    const answer = await by({ sub: 'p9', email: 'stranger@example.com', email_verified: true }, 'acme')
    expect([answer.status, answer.body['code']]).toEqual([403, 'no_member'])
    expect(answer.body['detail']).toBe('stranger@example.com is no member here. Ask an owner.')
  })

  test('becomes a member by the rule of their domain, with its role, once', async () => {
    const person = { sub: 'p2', email: 'Jonas@Lindqvist.example', email_verified: true, name: 'Jonas' }
    const first = await by(person, 'staff')
    expect(first.body).toMatchObject({ email: 'jonas@lindqvist.example', name: 'Jonas', role: 'viewer' })
    const again = await by(person, 'staff')
    expect(again.body['id']).toBe(first.body['id'])
    const { body } = await owner.call(`GET /member/${String(first.body['id'])}`)
    expect(body).toMatchObject({ state: 'active', role: 'viewer' })
  })

  test('is refused outside the domains that the provider may vouch for, member or not', async () => {
    expect((await by(INES, 'staff')).body).toMatchObject({
      code: 'sign_in_refused',
      detail: expect.stringContaining('lindqvist.example only'),
    })
  })

  test.each([
    ['that is not verified', { email_verified: false }],
    ['of which nothing is said', { email_verified: undefined }],
    ['that is none', { email: 'ines' }],
    ['that is missing', { email: undefined }],
  ])('is refused with an address %s', async (_what, more) => {
    const person = Object.fromEntries(Object.entries({ ...INES, ...more }).filter(([, value]) => value !== undefined))
    expect(codeOf(await by(person as unknown as Person, 'acme'))).toBe('sign_in_refused')
  })

  test('is refused once their membership is disabled', async () => {
    const { id } = await member(api, { email: 'vera@example.com', role: 'viewer' })
    const vera = { sub: 'p3', email: 'vera@example.com', email_verified: true }
    expect(codeOf(await by(vera, 'acme'))).toBe('in')
    await owner.call(`PATCH /member/${id}`, { body: { disabled: true } })
    expect(codeOf(await by(vera, 'acme'))).toBe('no_member')
  })

  test('opens their invitation by it, with the name that the provider says', async () => {
    const invited = await api.call('POST /member', { body: { email: 'oskar@example.com', role: 'operator' } })
    expect((await by({ sub: 'p4', email: 'oskar@example.com', email_verified: true, name: 'Oskar' }, 'acme')).body).toMatchObject({
      ...{ id: invited.body['id'], name: 'Oskar', role: 'operator' },
    })
  })
})

describe('what is forged is refused', () => {
  const past = Math.floor(Date.now() / 1000) - 3600
  const absent = (claim: string) => ({ [claim]: undefined }) as JWTPayload
  test.each<[string, Forgery, RegExp]>([
    ['a token for another client', { claims: { aud: 'another' } }, /\(aud\)/],
    ['a token for several that another asked for', { claims: { aud: ['posthorn', 'another'], azp: 'another' } }, /\(azp\)/],
    ['a token for several that does not say who asked', { claims: { aud: ['posthorn', 'another'] } }, /\(azp\)/],
    ['a token of another issuer', { claims: { iss: 'https://evil.example' } }, /\(iss\)/],
    ['a token for another sign-in', { claims: { nonce: 'another' } }, /\(nonce\)/],
    ['a token without a nonce', { claims: absent('nonce') }, /\(nonce\)/],
    ['a token that has expired', { claims: { exp: past } }, /has expired/],
    ['a token that does not end', { claims: absent('exp') }, /\(exp\)/],
    ['a token that nobody signed', { algorithm: 'none' }, /no signed token|\(alg\)/],
    ['a token signed with a shared secret', { algorithm: 'HS256' }, /\(alg\)/],
    ['a token signed with another key', { swappedKey: true }, /signature/],
    ['an elliptic token signed with another key', { algorithm: 'ES256', swappedKey: true }, /signature/],
  ])('%s', async (_what, forgery, detail) => {
    provider.forgery = forgery
    const answer = await complete(await returned())
    expect([answer.status, answer.body['code']]).toEqual([403, 'sign_in_refused'])
    expect(answer.body['detail']).toMatch(detail)
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  test('a state that this browser did not begin, and no cookie: nobody is signed in with a code of somebody else', async () => {
    const theirs = await returned()
    const own = await returned()
    expect(codeOf(await complete({ ...theirs, cookie: own.cookie }))).toBe('sign_in_expired')
    expect(codeOf(await complete({ ...own, state: 'another' }))).toBe('sign_in_expired')
    expect(codeOf(await complete({ ...own, cookie: 'a=b' }))).toBe('sign_in_expired')
    expect(codeOf(await complete({ ...own, cookie: '__Host-posthorn-sign-in=v1.made.up.text' }))).toBe('sign_in_expired')
    // Their code with our own state: the provider sees that nobody here asked for it.
    expect(codeOf(await complete({ ...own, code: theirs.code }))).toBe('sign_in_expired')
    expect(codeOf(await complete(own))).toBe('in')
  })

  test('a code of one provider at another', async () => {
    expect(codeOf(await complete(await returned('acme'), 'staff'))).toBe('sign_in_expired')
  })

  test('a code that was redeemed already, also by a provider that would take it twice', async () => {
    const back = await returned()
    expect(codeOf(await complete(back))).toBe('in')
    expect(codeOf(await complete(back))).toBe('sign_in_expired')
    // Another code under the same state, as if the provider had not noticed.
    const asked = new URL((await api.call('POST /session/provider/acme', { key: null })).body['url'] as unknown as string)
    asked.searchParams.set('state', back.state)
    const other = await fetch(asked, { redirect: 'manual' })
    expect(codeOf(await complete({ ...back, code: new URL(other.headers.get('location')!).searchParams.get('code')! }))).toBe(
      'sign_in_expired',
    )
  })

  test('a page of another site, at the begin and at the end', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await api.call('POST /session/provider/acme', { key: null, headers })).body['code']).toBe('cross_site_refused')
    expect(codeOf(await complete(await returned(), 'acme', headers))).toBe('cross_site_refused')
  })

  test('codes that are guessed under one state: after five it waits', async () => {
    const back = await returned()
    const codes = []
    for (let i = 0; i < 6; i++) codes.push(codeOf(await complete({ ...back, code: `guess-${i}` })))
    expect(codes).toEqual([...Array.from({ length: 5 }, () => 'sign_in_expired'), 'rate_limited'])
  })
})

test('a provider that is unknown is 404; one that does not answer as it should 503, with the log saying why', async () => {
  expect((await api.call('POST /session/provider/nobody', { key: null })).status).toBe(404)
  const answer = await api.call('POST /session/provider/gone', { key: null })
  expect([answer.status, answer.body['code'], answer.headers.has('retry-after')]).toEqual([503, 'provider_unavailable', true])
})
