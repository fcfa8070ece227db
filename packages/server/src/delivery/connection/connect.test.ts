import { createFakeClock } from '#platform/testing'
import { tablesOf } from '#store/testing'
import { describe, expect, it } from 'vitest'
import {
  openHarness,
  startReceiver,
  status,
  type Answer,
  type Harness,
  type TestReceiver,
} from '../../../../../test/support/delivery-harness.ts'
import { startForwardProxy } from '../../../../../test/support/forward-proxy.ts'

const SECRET = 'the-client-secret & more'
const oauth2 = { kind: 'oauth2', clientId: 'posthorn', clientSecret: { name: 'erp' }, scope: 'read write', clientAuth: 'basic' } as const

/** A token server on a socket of its own: each token is another one. */
const tokens = (expiresIn: unknown = 3600): Answer => {
  let n = 0
  return (_, response) => void response.end(JSON.stringify({ access_token: `token-${++n}`, token_type: 'Bearer', expires_in: expiresIn }))
}

const json = (code: number, body: unknown): Answer => status(code, { 'content-type': 'application/json' }, JSON.stringify(body))

const call = (harness: Harness) =>
  harness.park(
    { connection: 'erp', method: 'GET', url: '/stock?sku=1', success: '2xx', retryPolicy: { waitsSeconds: [60], jitter: 0 } },
    '',
  )

const authorizations = ({ got }: Pick<TestReceiver, 'got'>) => got.map(({ headers }) => headers.authorization)

describe('a call to a connection', () => {
  it.each([
    [{ kind: 'none' }, {}],
    [{ kind: 'bearer', token: { name: 'erp' } }, { authorization: `Bearer ${SECRET}` }],
    [
      { kind: 'basic', username: 'ines', password: { name: 'erp' } },
      { authorization: `Basic ${Buffer.from(`ines:${SECRET}`).toString('base64')}` },
    ],
    [{ kind: 'api_key', name: 'X-Key', key: { name: 'erp' } }, { 'x-key': SECRET }],
  ] as const)('goes to its address with %j', async (auth, headers) => {
    await using receiver = await startReceiver(status(200, {}, '{}'))
    await using harness = await openHarness()
    await harness.connection({ name: 'erp', baseUrl: `${receiver.url}api/v2/`, auth, secret: SECRET })
    const { delivery } = await call(harness)
    await harness.settles(1)
    expect(receiver.got).toMatchObject([{ path: '/api/v2/stock?sku=1', headers }])
    expect(JSON.stringify(await harness.attempts(delivery))).not.toContain(SECRET)
  })

  it('ends at once where there is no such connection, and says so', async () => {
    await using harness = await openHarness()
    const { run } = await call(harness)
    await harness.settles(1)
    expect(await harness.wake(run)).toMatchObject({ ok: false, code: 'connection_missing', message: 'There is no connection "erp".' })
  })
})

describe('an access token', () => {
  it('is asked for as RFC 6749 says, once for callers of one moment, and kept until shortly before it expires', async () => {
    const clock = createFakeClock()
    await using issuer = await startReceiver(tokens(600))
    await using receiver = await startReceiver(status(200, {}, '{}'))
    await using harness = await openHarness({ clock })
    await harness.connection({ name: 'erp', baseUrl: receiver.url, auth: { ...oauth2, tokenUrl: issuer.url }, secret: SECRET })
    await Promise.all([call(harness), call(harness), call(harness)])
    await harness.settles(3)
    expect(authorizations(receiver)).toEqual(Array(3).fill('Bearer token-1'))
    const pair = `posthorn:${encodeURIComponent(SECRET).replaceAll('%20', '+')}`
    expect(issuer.got).toMatchObject([{ method: 'POST', headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } }])
    expect(Object.fromEntries(new URLSearchParams(issuer.got[0]!.body.toString()))).toEqual({
      grant_type: 'client_credentials',
      scope: 'read write',
    })

    await harness.pass(539_000)
    await call(harness)
    await harness.settles(4)
    expect(authorizations(receiver)[3]).toBe('Bearer token-1')
    await harness.pass(2000)
    await call(harness)
    await harness.settles(5)
    expect(authorizations(receiver)[4]).toBe('Bearer token-2')
    expect(issuer.got).toHaveLength(2)
  })

  it('is fetched once for callers that wait for it together', async () => {
    let answer = () => {}
    await using issuer = await startReceiver((_, response) => {
      answer = () => void response.end('{"access_token":"late","expires_in":60}')
    })
    await using receiver = await startReceiver(status(200, {}, '{}'))
    await using harness = await openHarness()
    const auth = { ...oauth2, clientAuth: 'body', audience: 'erp', tokenUrl: issuer.url } as const
    await harness.connection({ name: 'erp', baseUrl: receiver.url, auth, secret: SECRET })
    const calls = [call(harness), call(harness)]
    await issuer.arrived(1)
    await Promise.all([...calls, call(harness)])
    answer()
    await harness.settles(3)
    expect(authorizations(receiver)).toEqual(Array(3).fill('Bearer late'))
    expect(issuer.got).toHaveLength(1)
    expect(issuer.got[0]!.headers.authorization).toBeUndefined()
    expect(issuer.got[0]!.body.toString()).toContain('client_secret=the-client-secret+%26+more')
  })

  it('that a receiver refuses is fetched once more, within the same attempt', async () => {
    await using issuer = await startReceiver(tokens())
    await using receiver = await startReceiver(({ headers }, response) => {
      response.writeHead(headers.authorization === 'Bearer token-1' ? 401 : 200).end('{}')
    })
    await using harness = await openHarness()
    await harness.connection({ name: 'erp', baseUrl: receiver.url, auth: { ...oauth2, tokenUrl: issuer.url }, secret: SECRET })
    const { run, delivery } = await call(harness)
    await harness.settles(1)
    expect(authorizations(receiver)).toEqual(['Bearer token-1', 'Bearer token-2'])
    expect(await harness.wake(run)).toMatchObject({ ok: true, status: 200 })
    expect(await harness.attempts(delivery)).toMatchObject([{ n: 1, ok: 1, status: 200 }])

    receiver.answer(status(401))
    await call(harness)
    await harness.settles(2)
    expect(authorizations(receiver).slice(2)).toEqual(['Bearer token-2', 'Bearer token-3'])
    expect(harness.settled.at(-1)!.settlement).toMatchObject({ attempt: { failure: 'http_401' }, next: { kind: 'retry' } })
    expect(issuer.got).toHaveLength(3)
  })

  it.each<[answer: Answer, detail: string]>([
    [json(401, { error: 'invalid_client', error_description: SECRET }), 'The token address answered 401: invalid_client.'],
    [json(500, { error: `no_code ${SECRET}` }), 'The token address answered 500.'],
    [json(200, { token: 'x' }), 'The token address answered 200 without an access_token in JSON.'],
    [status(200, {}, '<html>'), 'The token address answered 200 without an access_token in JSON.'],
    [json(200, { access_token: 'x', token_type: 'mac' }), 'The token address gave a token that is no bearer token.'],
    [json(200, { access_token: 'a\r\nb' }), 'The token address gave a token that no header can hold.'],
    [
      (_, response) => void response.socket!.destroy(),
      'Calling the token address failed: The host closed the connection before its response was complete.',
    ],
  ])('that does not come is reported, and the call is tried again %#', async (answer, detail) => {
    await using issuer = await startReceiver(answer)
    await using receiver = await startReceiver()
    await using harness = await openHarness()
    await harness.connection({ name: 'erp', baseUrl: receiver.url, auth: { ...oauth2, tokenUrl: issuer.url }, secret: SECRET })
    const { delivery } = await call(harness)
    await harness.settles(1)
    expect(await harness.attempts(delivery)).toMatchObject([{ failure: 'token_failed', detail, status: null }])
    expect(harness.settled[0]!.settlement.next).toMatchObject({ kind: 'retry', waitMs: 60_000 })
    expect(receiver.got).toEqual([])
    expect(JSON.stringify(await harness.attempts(delivery))).not.toContain(SECRET)
  })

  it('is never fetched past the guard', async () => {
    await using receiver = await startReceiver()
    await using harness = await openHarness()
    await harness.connection({
      name: 'erp',
      baseUrl: receiver.url,
      auth: { ...oauth2, tokenUrl: 'http://169.254.169.254/token' },
      secret: SECRET,
    })
    const { delivery } = await call(harness)
    await harness.settles(1)
    expect(await harness.attempts(delivery)).toMatchObject([
      { failure: 'token_failed', detail: 'Calling the token address failed: The host is not a public address on the internet.' },
    ])
  })

  it('that the egress proxy keeps from coming is no fault of the connection', async () => {
    await using proxy = await startForwardProxy()
    proxy.refuse(() => 'HTTP/1.1 503 Service Unavailable\r\n\r\n')
    await using receiver = await startReceiver()
    await using harness = await openHarness({ proxyUrl: `http://127.0.0.1:${proxy.port}` })
    await harness.connection({
      ...{ name: 'erp', baseUrl: receiver.url, secret: SECRET },
      auth: { ...oauth2, tokenUrl: 'http://issuer.example/token' },
    })
    const { delivery } = await call(harness)
    await harness.settles(1)
    expect(await harness.attempts(delivery)).toMatchObject([{ failure: 'proxy_refused', detail: 'It answered with status 503.' }])
    expect(receiver.got).toEqual([])
  })

  it('that our own way out may have kept from coming is no fault of the connection', async () => {
    await using receiver = await startReceiver()
    const lookup = async () => Promise.reject(Object.assign(new Error('try again'), { code: 'EAI_AGAIN' }))
    await using harness = await openHarness({ lookup })
    await harness.connection({
      ...{ name: 'erp', baseUrl: receiver.url, secret: SECRET },
      auth: { ...oauth2, tokenUrl: 'http://issuer.example/token' },
    })
    const { delivery } = await call(harness)
    await harness.settles(1)
    expect(await harness.attempts(delivery)).toMatchObject([{ failure: 'dns_failed' }])
    expect(receiver.got).toEqual([])
  })

  it('stands in no row and no line of the log', async () => {
    await using issuer = await startReceiver(tokens())
    await using receiver = await startReceiver(status(200, {}, '{}'))
    await using harness = await openHarness()
    await harness.connection({ name: 'erp', baseUrl: receiver.url, auth: { ...oauth2, tokenUrl: issuer.url }, secret: SECRET })
    const { delivery } = await call(harness)
    await harness.settles(1)
    const db = tablesOf(harness.store)
    const rows = await Promise.all(
      (['run', 'delivery', 'attempt', 'connection', 'secret'] as const).map((name) => db.selectFrom(name).selectAll().execute()),
    )
    const [attempt] = await harness.attempts(delivery)
    expect(JSON.parse(attempt!.request_headers)).toContainEqual(['authorization', '[redacted]'])
    for (const text of [JSON.stringify(rows), JSON.stringify(harness.log.entries)]) {
      expect(text).not.toContain('token-1')
      expect(text).not.toContain(SECRET)
    }
  })
})
