import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { AppError, type Reply } from '#domain'
import { CommitUnknownError, type LoadedRun } from '#store'
import { tablesOf } from '#store/testing'
import { openIngestHarness, type HouseOptions, type IngestHarness } from '../../../../../test/support/ingest-harness.ts'

let harness: IngestHarness
afterEach(() => harness[Symbol.asyncDispose]())

const base = { name: 'Orders in', uid: 'orders', suffix: '/orders', auth: { kind: 'none' } as const }
const text = (status: number, body: string | null, headers: Reply['headers'] = { 'content-type': 'text/plain' }): Reply => ({
  status,
  headers,
  body,
  encoding: 'utf8',
})

async function open(listener: Record<string, unknown> = {}, options?: HouseOptions): Promise<void> {
  harness = await openIngestHarness(options)
  await harness.addListener({ ...base, ...listener } as Parameters<IngestHarness['addListener']>[0])
}

/** A flow that answers each run with what `reply` says of it. */
async function answering(reply: (run: LoadedRun) => Reply, options?: Parameters<IngestHarness['reply']>[2]): Promise<void> {
  await harness.addFlow('orders', { answers: true })
  harness.onRun((run) => void harness.reply(run, reply(run), options))
}

const post = (body = '{}', headers: Record<string, string> = {}) => harness.send('POST', '/in/default/orders', { body, headers })

describe('at once', () => {
  test('R103: confirms with the ids of request and run where the listener says nothing', async () => {
    await open()
    await harness.addFlow('orders')
    expect((await post()).json).toEqual({ ok: true, requestId: expect.stringMatching(/^req_/), runId: expect.stringMatching(/^run_/) })
  })

  test.each([200, 201, 202, 204])('R57: answers %i as configured, 204 without a body', async (status) => {
    await open({ reply: { mode: 'at_once', status, headers: { 'X-Made-By': 'us' }, body: { done: true } } })
    const received = await post()
    expect([received.status, received.headers['x-made-by'], received.text]).toEqual([status, 'us', status === 204 ? '' : '{"done":true}'])
    expect(received.headers['content-type']).toBe(status === 204 ? undefined : 'application/json')
  })

  test('R55: a text body is sent as it is', async () => {
    await open({ reply: { mode: 'at_once', status: 200, body: '<Ack>true</Ack>', headers: { 'Content-Type': 'text/xml' } } })
    const received = await post()
    expect([received.text, received.headers['content-type']]).toEqual(['<Ack>true</Ack>', 'text/xml'])
  })

  test.each([
    ['a body of JSON', { done: true }],
    ['our own confirmation', null],
  ])('R101: a type that the listener gives stands in the place of ours, however it is written: %s', async (_, body) => {
    await open({ reply: { mode: 'at_once', headers: { 'content-type': 'application/problem+json' }, body } })
    expect((await post()).headers['content-type']).toBe('application/problem+json')
  })

  test('does not wait for the flow that could answer', async () => {
    await open({ reply: { mode: 'at_once' } })
    await harness.addFlow('orders', { answers: true })
    expect((await post()).status).toBe(202)
  })
})

describe('by a flow', () => {
  test('R33, R36, R92, R100, R102: the caller gets status, headers and body of the run that its request started', async () => {
    await open()
    await answering(({ request }) => text(201, `{"got":${Buffer.from(request!.body!).toString()}}`, { 'content-type': 'application/json' }))
    const answers = await Promise.all([1, 2, 3].map((n) => post(`{"n":${n}}`)))
    expect(answers.map((one) => [one.status, one.json])).toEqual([1, 2, 3].map((n) => [201, { got: { n } }]))
  })

  test('R101, S19: several cookies leave, what belongs to the connection or to the console does not', async () => {
    await open()
    await answering(() =>
      text(200, '<script>alert(1)</script>', {
        'Content-Type': 'text/html',
        'Set-Cookie': ['a=1', 'posthorn_session=stolen', '__Host-posthorn=stolen', 'b=2'],
        'WWW-Authenticate': 'Basic realm="x"',
        Connection: 'close',
        'Transfer-Encoding': 'chunked',
        'Content-Length': '3',
        'content-security-policy': 'default-src *',
        'X-Bad': 'a\r\nX-Injected: 1',
      }),
    )
    const { headers, text: body } = await post()
    expect(body).toBe('<script>alert(1)</script>')
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(headers['www-authenticate']).toBe('Basic realm="x"')
    expect(headers['content-security-policy']).toBe('sandbox')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect([headers['x-injected'], headers['x-bad'], headers['transfer-encoding']]).toEqual([undefined, undefined, undefined])
  })

  test('a binary body leaves as the bytes that it was', async () => {
    await open()
    await answering(() => ({
      status: 200,
      headers: { 'Content-Type': 'image/png' },
      body: Buffer.from([0x89, 0x50, 0x00, 0xff]).toString('base64'),
      encoding: 'base64',
    }))
    expect([...(await post()).body]).toEqual([0x89, 0x50, 0x00, 0xff])
  })

  test('a reply whose wake-up was lost is found in the store', async () => {
    await open()
    await answering(() => text(200, 'late'), { wake: false })
    expect((await post()).text).toBe('late')
  })

  test('when the time is over the caller hears that the run goes on, and the run does', async () => {
    await open({ reply: { mode: 'flow', timeoutMs: 100, onTimeout: 504 } })
    await harness.addFlow('orders', { answers: true })
    const runs: LoadedRun[] = []
    harness.onRun((run) => runs.push(run))
    const received = await post()
    expect([received.status, received.json]).toEqual([504, { ok: null, runId: runs[0]!.run.id, status: 'running' }])
    await harness.reply(runs[0]!, text(200, 'too late'))
    expect(harness.ingest.figures().waiting).toBe(0)
  })

  test('R33: what a late caller hears is the answer of the run first: callers that wait beside it hear the same, and the flow comes too late', async () => {
    await open({ reply: { mode: 'flow', timeoutMs: 100, onTimeout: 202 }, dedup: { key: 'header:x-id' } })
    await harness.addFlow('orders', { answers: true })
    const runs: LoadedRun[] = []
    harness.onRun((run) => runs.push(run))
    const [first, copy] = await Promise.all([post('{}', { 'x-id': 'a' }), post('{}', { 'x-id': 'a' })])
    expect([first.status, copy.text]).toEqual([202, first.text])
    await expect(harness.reply(runs[0]!, text(409, 'too late'))).rejects.toThrow('answered')
    expect((await post('{}', { 'x-id': 'a' })).text).toBe(first.text)
  })

  test('R33: a flow that was quicker than the word to a late caller is what that caller hears', async () => {
    const runs: LoadedRun[] = []
    await open(
      { reply: { mode: 'flow', timeoutMs: 100, onTimeout: 202 } },
      {
        change: (deps) => ({
          ...deps,
          store: {
            ...deps.store,
            async answerRuns(answers) {
              await harness.reply(runs[0]!, text(409, 'just in time'), { wake: false })
              return deps.store.answerRuns(answers)
            },
          },
        }),
      },
    )
    await harness.addFlow('orders', { answers: true })
    harness.onRun((run) => runs.push(run))
    const received = await post()
    expect([received.status, received.text]).toEqual([409, 'just in time'])
  })

  test('F24: a late caller hears nothing that could not be written down', async () => {
    await open(
      { reply: { mode: 'flow', timeoutMs: 100, onTimeout: 202 } },
      { change: (deps) => ({ ...deps, store: { ...deps.store, answerRuns: () => Promise.reject(new Error('away')) } }) },
    )
    await harness.addFlow('orders', { answers: true })
    const received = await post()
    expect([received.status, received.json?.['code'], received.headers['retry-after']]).toEqual([503, 'store_unavailable', '1'])
  })

  test('mode flow without a flow that answers is 503, kept with the reason', async () => {
    await open({ reply: { mode: 'flow' } })
    await harness.addFlow('orders')
    const received = await post()
    expect([received.status, received.json?.['code'], received.headers['retry-after']]).toEqual([503, 'no_flow', '1'])
    expect(await harness.requests()).toMatchObject([{ status: 'rejected', reason: 'no_flow', body_bytes: 2 }])
  })

  test('of several flows the one with a response step answers', async () => {
    await open()
    await harness.addFlow('orders')
    const answers = await harness.addFlow('orders', { answers: true })
    harness.onRun((run) => void (run.run.flow_id === answers && harness.reply(run, text(200, 'me'))))
    expect((await post()).text).toBe('me')
    expect(JSON.parse((await harness.requests())[0]!.run_ids)).toHaveLength(2)
  })
})

describe('copies', () => {
  const dedup = { dedup: { key: 'header:x-id' } }
  const id = { 'x-id': 'event 1' }

  test('F23: 100 copies at once start one run, and all get its reply', async () => {
    await open(dedup)
    let runs = 0
    await answering(() => text(200, `run ${++runs}`))
    const answers = await Promise.all(Array.from({ length: 100 }, () => post('{}', id)))
    expect(new Set(answers.map((one) => `${one.status} ${one.text}`))).toEqual(new Set(['200 run 1']))
    expect((await post('{}', id)).text).toBe('run 1')
    const kept = await harness.requests()
    expect(kept.filter((one) => one.status === 'accepted')).toHaveLength(1)
    expect(kept.filter((one) => one.status === 'duplicate' && one.duplicate_of !== null)).toHaveLength(100)
  })

  test('a copy of a request that was answered at once is confirmed with the ids of the first', async () => {
    await open(dedup)
    await harness.addFlow('orders')
    const first = await post('{}', id)
    const copy = await post('{}', id)
    expect([copy.status, copy.json]).toEqual([first.status, first.json])
    expect((await post('{}', { 'x-id': 'event 2' })).json).not.toEqual(first.json)
    expect((await post('{}')).json).not.toEqual(first.json)
  })

  test('after an answer of 500 or more a copy starts a new run', async () => {
    await open(dedup)
    let runs = 0
    await answering(() => text(++runs === 1 ? 500 : 200, `run ${runs}`))
    expect([(await post('{}', id)).text, (await post('{}', id)).text, (await post('{}', id)).text]).toEqual(['run 1', 'run 2', 'run 2'])
  })

  test('S8: 1,000 replays of one request start one run', async () => {
    await open(dedup)
    await harness.addFlow('orders')
    let runs = 0
    harness.onRun(() => runs++)
    for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 100 }, () => post('{}', id)))
    expect(runs).toBe(1)
  })
})

describe('when the store does not answer', () => {
  test('F24: a full queue is 503 with Retry-After, and nothing is confirmed', async () => {
    await open(
      {},
      { change: (deps) => ({ ...deps, committer: { ...deps.committer, accept: () => Promise.reject(new AppError('overloaded')) } }) },
    )
    const received = await post()
    expect([received.status, received.json?.['code'], received.headers['retry-after']]).toEqual([503, 'overloaded', '1'])
  })

  test('a failed commit is 503, and its text stays inside', async () => {
    await open(
      {},
      {
        change: (deps) => ({ ...deps, committer: { ...deps.committer, accept: () => Promise.reject(new Error('disk full at /secret')) } }),
      },
    )
    const received = await post()
    expect([received.status, received.json?.['code']]).toEqual([503, 'store_unavailable'])
    expect(received.text).not.toContain('disk full')
  })

  test('F8: after a commit of which nobody knows, the request itself says whether it was kept', async () => {
    let kept = true
    await open(
      {},
      {
        change: (deps) => ({
          ...deps,
          committer: {
            ...deps.committer,
            async accept(operation) {
              if (kept) await deps.committer.accept(operation)
              throw new CommitUnknownError(new Error('the connection broke'))
            },
          },
        }),
      },
    )
    expect((await post()).status).toBe(202)
    kept = false
    expect((await post()).status).toBe(503)
    expect(await tablesOf(harness.store).selectFrom('request').select('id').execute()).toHaveLength(1)
  })

  test('a configuration that changes under way is judged anew, with the body that was read', async () => {
    let change: (() => Promise<unknown>) | undefined
    await open(
      {},
      {
        change: (deps) => ({
          ...deps,
          committer: {
            ...deps.committer,
            async accept(operation) {
              await change?.()
              change = undefined
              return deps.committer.accept(operation)
            },
          },
        }),
      },
    )
    change = () => harness.addFlow('orders')
    expect((await post('{"a":1}')).json).toHaveProperty('runId')
    // A large body is read before the second commit, because nothing of it may be read inside.
    change = () => harness.addFlow('orders')
    expect((await post(`{"a":"${'x'.repeat(200_000)}"}`)).json).toHaveProperty('runId')
    await harness.addListener({
      name: 'GitHub',
      uid: 'github',
      system: 'github',
      suffix: '/github',
      auth: { kind: 'preset', secrets: ['s'] },
    })
    const body = `{"a":"${'x'.repeat(200_000)}"}`
    const headers = { 'x-hub-signature-256': `sha256=${createHmac('sha256', 's').update(body).digest('hex')}` }
    change = () => harness.addFlow('github')
    const signed = await harness.send('POST', '/in/default/github', { body, headers })
    expect([signed.status, signed.json]).toEqual([202, expect.objectContaining({ runId: expect.any(String) })])
    const listener = (
      await tablesOf(harness.store).selectFrom('listener').select('id').where('uid', '=', 'orders').executeTakeFirstOrThrow()
    ).id
    change = () => harness.changeListener(listener as never, { enabled: 0 })
    expect((await post()).status).toBe(404)
  })

  test('a reader that fails is 500 without its text, and the process goes on', async () => {
    let fail = true
    await open(
      {},
      {
        change: (deps) => ({
          ...deps,
          config: {
            peek: () => undefined,
            refresh: (id, version) => deps.config.refresh(id, version),
            application: (key) => (fail ? Promise.reject(new Error('inner')) : deps.config.application(key)),
          },
        }),
      },
    )
    const received = await post()
    expect([received.status, received.json?.['code'], received.text.includes('inner')]).toEqual([500, 'internal', false])
    expect(harness.log.entries.map((entry) => entry.event)).toContain('ingest.request.failed')
    fail = false
    expect((await post()).status).toBe(202)
  })
})

describe('stopping', () => {
  test('those that wait are answered and their connections end, and new requests are sent elsewhere', async () => {
    await open({ reply: { mode: 'flow', timeoutMs: 60_000 } })
    await harness.addFlow('orders', { answers: true })
    const accepted = new Promise<void>((resolve) => harness.onRun(() => resolve()))
    const waiting = post()
    await accepted
    harness.ingest.drain()
    const stopped = harness.ingest.stop()
    const { status, headers } = await waiting
    expect([status, headers.connection]).toEqual([202, 'close'])
    await stopped
    const late = await post()
    expect([late.status, late.json?.['code'], late.headers['retry-after'], late.headers.connection]).toEqual([
      503,
      'stopping',
      '1',
      'close',
    ])
  })

  test('F29: what comes while it drains is taken, and its answer ends the connection', async () => {
    await open()
    harness.ingest.drain()
    const { status, headers } = await post()
    expect([status, headers.connection]).toEqual([202, 'close'])
  })
})
