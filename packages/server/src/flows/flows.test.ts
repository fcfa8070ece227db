import { describe, expect, it } from 'vitest'
import { filtersReady, type Committer } from '#coordination'
import { belonging, isPassing, type StepDeliveryOutcome } from '#domain'
import { createVault, systemClock, systemRandom } from '#platform'
import { CommitUnknownError, type LoadedRun, type RunCommit, type RunCommitResult } from '#store'
import { tablesOf } from '#store/testing'
import { flowsOfEvent, type FlowsOptions } from './index.ts'
import { openFlowsHarness, type FlowsHarness } from '../../../../test/support/flows-harness.ts'

const reply = (fields: object = {}) => ({ id: 'reply', kind: 'webhook_response', ...fields })
const send = (fields: object = {}) => ({ id: 'send', kind: 'send_webhook', url: 'https://erp.example/hook', ...fields })
const ok: StepDeliveryOutcome = { ok: true, code: null, message: null, status: 200, body: '{"n":1}' }
const ko: StepDeliveryOutcome = { ok: false, code: 'http_500', message: 'The receiver answered 500.', status: 500, body: null }

/** Hands every commit of a run to `around`, which may do something before it, after it, or instead. */
function withCommit(around: (commit: RunCommit, go: (commit: RunCommit) => Promise<RunCommitResult>) => Promise<RunCommitResult>) {
  return (options: FlowsOptions): FlowsOptions => {
    const { committer } = options
    const wrapped: Committer = { ...committer, commitRun: (commit) => around(commit, (one) => committer.commitRun(one)) }
    return { ...options, committer: wrapped }
  }
}

describe('flows', () => {
  it('R35 R36 R91 R92: runs an accepted request at once, and the reply wakes after the commit that holds it', async () => {
    await using harness = await openFlowsHarness()
    const listener = await harness.addListener({}, '/orders/:id')
    const flow = await harness.addFlow([
      { id: 'order', kind: 'transform', expression: "{ 'total': $sum(body.lines.amount) }" },
      { id: 'list', kind: 'transform', expression: '$map(body.lines, function($l) { $l.amount * 2 })' },
      reply({
        status: 201,
        headers: { 'X-Id': '{{ headers["x-id"] }}' },
        body: {
          total: '{{ steps.order.output.total }}',
          list: '{{ steps.list.output }}',
          id: '{{ trigger.params.id }}',
          page: '{{ query.page }}',
        },
      }),
    ])
    const { run } = await harness.accept(flow, { listener_id: listener, path: '/in/shop/orders/a%20b' })
    expect(await harness.reply(run)).toEqual({
      status: 201,
      headers: { 'content-type': 'application/json', 'x-id': '7' },
      body: '{"total":7,"list":[6,8],"id":"a b","page":"2"}',
      encoding: 'utf8',
    })
    const row = await harness.run(run)
    expect(row).toMatchObject({ status: 'ok', error_code: null, state: null, rev: 1, faults: '[]' })
    expect(JSON.parse(row.reply!)).toEqual({ ...(await harness.reply(run)), at: expect.any(String) as string })
    expect((JSON.parse(row.steps) as { id: string; status: string }[]).map((step) => [step.id, step.status])).toEqual([
      ['order', 'OK'],
      ['list', 'OK'],
      ['reply', 'OK'],
    ])
  })

  it('R95: reads JSON whatever its content type says, if the listener wants JSON', async () => {
    await using harness = await openFlowsHarness()
    const listener = await harness.addListener({ bodyFormat: 'json' })
    const flow = await harness.addFlow([reply({ body: { total: '{{ body.total }}' } })])
    const { run } = await harness.accept(flow, { listener_id: listener, content_type: 'text/plain' })
    expect((await harness.reply(run)).body).toBe('{"total":1200}')
  })

  it('R16 R22 R29: parks on a Send Webhook, with nothing secret readable in the store, and goes on when it ends', async () => {
    await using harness = await openFlowsHarness()
    await harness.addSecret('erp', 's3cr3t-token')
    const flow = await harness.addFlow([
      send({ event: 'order_created', bearerToken: '{{ secrets.erp }}' }),
      send({ id: 'again', next: [{ status: 'KO', do: 'continue' }] }),
      reply({ body: { n: '{{ steps.send.output.body.n }}', again: '{{ steps.again.status }}' } }),
    ])
    const { run, request } = await harness.accept(flow)
    const first = await harness.delivery(run)
    expect(first.task.lane).toBe(`${flow}/send`)
    expect(first.request).toMatchObject({ url: 'https://erp.example/hook', headers: { Authorization: 'Bearer s3cr3t-token' } })
    expect(first.body).toMatchObject({
      id: first.task.delivery,
      event: 'order_created',
      transform_job_id: run,
      silo_entry_id: `entry_${request!.id.slice(4)}`,
      owner_id: harness.application,
      key: 'key-1',
    })
    const parked = await harness.run(run, (row) => row.status === 'waiting')
    expect(parked).toMatchObject({ parked_on: first.task.delivery, holder: null, rev: 1 })
    expect(JSON.stringify(parked)).not.toContain('s3cr3t')
    await harness.settle(first.task, ok)
    await harness.run(run, (row) => row.rev >= 3 && row.status === 'waiting')
    await harness.settle((await harness.delivery(run)).task, ko)
    expect((await harness.reply(run)).body).toBe('{"n":1,"again":"KO"}')
    expect(await harness.run(run)).toMatchObject({ status: 'ok', state: null })
  })

  it('R33: the reply leaves before the steps after it, which are a segment of their own', async () => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow([reply({ body: 'thanks' }), send(), { id: 'bad', kind: 'fail', code: 'late' }])
    const { run } = await harness.accept(flow)
    expect((await harness.reply(run)).body).toBe('thanks')
    const { task } = await harness.delivery(run)
    await harness.settle(task, ok)
    const row = await harness.run(run)
    expect(row).toMatchObject({ status: 'ko', error_code: 'late' })
    expect(JSON.parse(row.reply!)).toMatchObject({ body: 'thanks' })
  })

  it('R2 R59: emit_event becomes one message, fanned out to the endpoints that subscribed', async () => {
    await using harness = await openFlowsHarness()
    const [all, wanted, other, off] = [
      await harness.addEndpoint(null),
      await harness.addEndpoint(['order.*']),
      await harness.addEndpoint(['invoice.paid']),
      await harness.addEndpoint(null, 'disabled'),
    ]
    const flow = await harness.addFlow([
      { id: 'tell', kind: 'emit_event', eventType: 'order.created', eventId: '{{ body.id }}', payload: { id: '{{ body.id }}' } },
      reply(),
    ])
    const { run } = await harness.accept(flow)
    await harness.reply(run)
    const [message] = await tablesOf(harness.store).selectFrom('message').selectAll().execute()
    expect(message).toMatchObject({ event_id: 'o1', event_type: 'order.created', run_id: run })
    expect(JSON.parse(Buffer.from(message!.payload!).toString())).toMatchObject({
      id: 'o1',
      type: 'order.created',
      business_id: 'shop',
      data: { id: 'o1' },
    })
    const deliveries = await tablesOf(harness.store).selectFrom('delivery').select('endpoint_id').execute()
    expect(new Set(deliveries.map((row) => row.endpoint_id))).toEqual(new Set([all, wanted]))
    const lane = await tablesOf(harness.store)
      .selectFrom('lane')
      .select(['lane', 'skipped'])
      .where('lane', 'in', [other, off])
      .orderBy('lane')
      .execute()
    expect(lane.map((row) => row.skipped)).toEqual(other < off ? [0, 1] : [1, 0])
  })

  it('matches messages anew when the configuration changed under way', async () => {
    let before = async (): Promise<void> => {}
    await using harness = await openFlowsHarness({
      change: withCommit(async (commit, go) => {
        await before()
        return go(commit)
      }),
    })
    const endpoints = [await harness.addEndpoint(null)]
    before = async () => {
      before = async () => {}
      endpoints.push(await harness.addEndpoint(null))
    }
    const { run } = await harness.accept(await harness.addFlow([{ id: 'tell', kind: 'emit_event', eventType: 'a' }]))
    await harness.run(run)
    const deliveries = await tablesOf(harness.store).selectFrom('delivery').select('endpoint_id').execute()
    expect(new Set(deliveries.map((row) => row.endpoint_id))).toEqual(new Set(endpoints))
    expect(await tablesOf(harness.store).selectFrom('message').select('id').execute()).toHaveLength(1)
  })

  it('R103: a failed run answers 500, in the listener own words if it has some', async () => {
    await using harness = await openFlowsHarness()
    const listener = await harness.addListener({ reply: { error: { status: 422, headers: { 'X-Why': 'flow' }, body: { sorry: true } } } })
    const flow = await harness.addFlow([{ id: 'bad', kind: 'fail', code: 'no_stock', message: 'gone' }])
    const plain = await harness.accept(flow)
    expect(JSON.parse((await harness.reply(plain.run)).body!)).toEqual({ error: { code: 'no_stock', message: 'gone', runId: plain.run } })
    const own = await harness.accept(flow, { listener_id: listener })
    expect(await harness.reply(own.run)).toMatchObject({ status: 422, headers: { 'x-why': 'flow' }, body: '{"sorry":true}' })
    expect(await harness.run(own.run)).toMatchObject({ status: 'ko', error_code: 'no_stock' })
  })

  it('lets a copy start anew after an answer of 500 or more, and only after one that a caller got', async () => {
    await using harness = await openFlowsHarness()
    const listener = await harness.addListener()
    const bad = await harness.addFlow([{ id: 'bad', kind: 'fail' }])
    const good = await harness.addFlow([reply()])
    const kept = async (flow: typeof bad, dedup: string, waits: boolean) => {
      const { run } = await harness.accept(flow, { listener_id: listener }, { dedup, ...(!waits && { answerBy: null }) })
      await harness.run(run)
      return (await tablesOf(harness.store).selectFrom('dedup').selectAll().where('key', '=', dedup).execute()).length
    }
    expect([await kept(bad, 'a', true), await kept(bad, 'b', false), await kept(good, 'c', true)]).toEqual([0, 1, 1])
  })

  it('R33: a segment whose caller was answered while it ran is run again without an answer, and nothing of the first try is kept', async () => {
    const late = '{"status":202,"headers":{},"body":null,"encoding":"utf8"}'
    const commits: string[] = []
    await using harness = await openFlowsHarness({
      change: (deps) => ({
        ...deps,
        committer: {
          ...deps.committer,
          async commitRun(commit) {
            if (commits.length === 0) await deps.store.answerRuns([{ run: commit.run, reply: late }])
            const result = await deps.committer.commitRun(commit)
            commits.push(result.kind)
            return result
          },
        },
      }),
    })
    await harness.addEndpoint(null)
    const flow = await harness.addFlow([
      { id: 'tell', kind: 'emit_event', eventType: 'a' },
      reply(),
      { id: 'm', kind: 'set_meta', meta: { a: '1' } },
    ])
    const { run } = await harness.accept(flow)
    const ended = await harness.run(run)
    expect(commits).toEqual(['answered', 'committed'])
    expect(ended).toMatchObject({ status: 'ok', reply: late, rev: 1, meta: '{"a":"1"}' })
    const steps = JSON.parse(ended.steps) as { id: string; status: string; code?: string }[]
    expect(steps.map(({ id, status, code }) => [id, status, code])).toEqual([
      ['tell', 'OK', undefined],
      ['reply', 'SKIP', 'already_answered'],
      ['m', 'OK', undefined],
    ])
    expect(await tablesOf(harness.store).selectFrom('message').select('id').execute()).toHaveLength(1)
  })

  it('R33: a run that begins late looks whether its caller was answered; that the time is over alone is no answer', async () => {
    await using harness = await openFlowsHarness({ start: false })
    const flow = await harness.addFlow([reply()])
    const [said, untold] = [await harness.accept(flow, {}, { answerBy: 1 }), await harness.accept(flow, {}, { answerBy: 1 })]
    await harness.store.answerRuns([{ run: said.run, reply: '{"status":202}' }])
    harness.flows.start()
    const codes = async (run: typeof said.run) =>
      (JSON.parse((await harness.run(run)).steps) as { code?: string }[]).map(({ code }) => code)
    expect([await codes(said.run), await codes(untold.run)]).toEqual([['already_answered'], [undefined]])
    expect([(await harness.run(said.run)).rev, JSON.parse((await harness.run(untold.run)).reply!)]).toMatchObject([1, { status: 200 }])
  })

  it('gives a hint of the reply to the process that holds the caller, unless it is this one', async () => {
    const said: unknown[] = []
    let waiter: string | null = null
    await using harness = await openFlowsHarness({
      change: (deps) => ({
        ...deps,
        store: { ...deps.store, hint: (...hint) => void said.push(hint) },
        wakeUps: {
          ...deps.wakeUps,
          listen: (topic, listener) =>
            deps.wakeUps.listen(topic, (carried) => {
              if (topic === 'run.accepted' && waiter) for (const { run } of carried as LoadedRun[]) run.waiter = waiter
              listener(carried)
            }),
        },
      }),
    })
    const flow = await harness.addFlow([reply()])
    await harness.run((await harness.accept(flow)).run)
    expect(said).toEqual([])
    waiter = 'ses_other'
    const { run } = await harness.accept(flow)
    await harness.run(run)
    expect(said).toEqual([['ses_other', { replied: [run] }]])
  })

  it('runs jobs and events from their input', async () => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow(
      [{ id: 'm', kind: 'set_meta', meta: { total: '{{ body.total }}', entry: '{{ entry.id }}', type: '{{ trigger.eventType }}' } }],
      { trigger: { kind: 'job' } },
    )
    const { run } = await harness.startJob(flow, { document: { total: 5 }, entryId: 'entry_1', eventType: 'order.created' })
    const { meta, reply: heard } = await harness.run(run)
    expect(JSON.parse(meta)).toEqual({ total: 5, entry: 'entry_1', type: 'order.created' })
    expect(heard).toBeNull()
  })

  it('R95 R96 R97 R98: reads JSON, forms, repeated query parameters and headers in any case', async () => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow([
      reply({ body: { form: '{{ body }}', q: '{{ query.a }}', h: '{{ headers.X-Many }}', text: '{{ trigger.body.x }}' } }),
    ])
    const body = Buffer.from('x=1&tag=a&tag=b+c&__proto__=p')
    const { run } = await harness.accept(flow, {
      body,
      content_type: 'application/x-www-form-urlencoded',
      query: 'a=1&a=%20',
      headers: '[["x-MANY","1"],["X-Many","2"]]',
    })
    expect(JSON.parse((await harness.reply(run)).body!)).toEqual({
      form: JSON.parse('{"x":"1","tag":["a","b c"],"__proto__":"p"}'),
      q: ['1', ' '],
      h: ['1', '2'],
      text: '1',
    })
    const binary = await harness.accept(flow, { body: Buffer.from([0xff, 0xfe, 0x00]), content_type: 'application/octet-stream' })
    expect(JSON.parse((await harness.reply(binary.run)).body!)).toMatchObject({ form: null })
    const broken = await harness.accept(flow, { body: Buffer.from('{"a":'), content_type: 'application/json' })
    expect(JSON.parse((await harness.reply(broken.run)).body!)).toMatchObject({ form: '{"a":' })
  })

  it('drops a run that was cancelled while it ran: nothing of it is kept, and no reply leaves', async () => {
    let cancel = async (): Promise<void> => {}
    await using harness = await openFlowsHarness({
      change: withCommit(async (commit, go) => {
        await cancel()
        return go(commit)
      }),
    })
    await harness.addEndpoint(null)
    const flow = await harness.addFlow([{ id: 'tell', kind: 'emit_event', eventType: 'a' }, reply()])
    let cancelled = ''
    cancel = async () => {
      const [row] = await tablesOf(harness.store).selectFrom('run').select('id').execute()
      cancelled = row!.id
      await harness.store.cancelRuns([row!.id as `run_${string}`])
    }
    const { run } = await harness.accept(flow)
    expect(await harness.run(run)).toMatchObject({ status: 'cancelled', steps: '[]' })
    expect(cancelled).toBe(run)
    expect(await tablesOf(harness.store).selectFrom('message').select('id').execute()).toEqual([])
  })

  it('F8: looks up a commit of which nobody knows whether it was kept, and neither repeats nor loses it', async () => {
    const lost = new Set(['before', 'after'])
    await using harness = await openFlowsHarness({
      change: withCommit(async (commit, go) => {
        if (lost.delete('before')) throw new CommitUnknownError(new Error('connection lost'))
        const result = await go(commit)
        if (lost.delete('after')) throw new CommitUnknownError(new Error('connection lost'))
        return result
      }),
    })
    await harness.addEndpoint(null)
    const { run } = await harness.accept(
      await harness.addFlow([{ id: 'tell', kind: 'emit_event', eventType: 'a' }, reply({ body: 'once' })]),
    )
    expect((await harness.reply(run)).body).toBe('once')
    expect(await harness.run(run)).toMatchObject({ status: 'ok', rev: 1 })
    expect(await tablesOf(harness.store).selectFrom('message').select('id').execute()).toHaveLength(1)
    expect(lost.size).toBe(0)
  })

  it('waits for the filters of a configuration that changed before the commit, not inside it', async () => {
    const large = { $or: Array.from({ length: 750 }, (_, i) => ({ a: { $eq: i } })) }
    const ready: boolean[] = []
    let isChanged = false
    await using harness = await openFlowsHarness({
      change: (options) => ({
        ...options,
        committer: {
          ...options.committer,
          async commitRun(commit) {
            for (let n = 0; n < 3 && !isChanged; n++) await harness.addEndpoint(['a'], 'active', large)
            isChanged = true
            return options.committer.commitRun(commit)
          },
          commitRunAnew(operation) {
            ready.push(filtersReady(operation.snapshot) === undefined)
            return options.committer.commitRunAnew(operation)
          },
        },
      }),
    })
    const { run } = await harness.accept(await harness.addFlow([{ id: 'tell', kind: 'emit_event', eventType: 'a', payload: { a: 1 } }]))
    expect(await harness.run(run)).toMatchObject({ status: 'ok' })
    expect(ready).toEqual([true])
  })

  it('R35: accepting never waits for run capacity: runs that memory has no room for are read back, none twice', async () => {
    const commits = new Map<string, number>()
    await using harness = await openFlowsHarness({
      change: (options) => ({
        ...withCommit((commit, go) => {
          commits.set(commit.run, (commits.get(commit.run) ?? 0) + 1)
          return go(commit)
        })(options),
        limits: { underWayMax: 2, waitingMax: 4 },
      }),
    })
    const flow = await harness.addFlow([reply()])
    const accepted = await Promise.all(Array.from({ length: 300 }, () => harness.accept(flow)))
    for (const { run } of accepted) expect((await harness.reply(run)).status).toBe(200)
    const ended = await tablesOf(harness.store).selectFrom('run').select('id').where('status', '=', 'ok').execute()
    expect(ended).toHaveLength(300)
    expect([...commits.values()].every((count) => count === 1)).toBe(true)
    expect(commits.size).toBe(300)
  })

  it('F1: takes over the runs of a process that died, those that had begun and those that waited', async () => {
    await using harness = await openFlowsHarness({ start: false })
    const flow = await harness.addFlow([reply({ body: 'done' })])
    const accepted = await Promise.all([1, 2, 3].map(() => harness.accept(flow)))
    const dead = harness.session.id
    await harness.store.closeSession(dead)
    const next = `${dead.slice(0, -1)}${dead.endsWith('z') ? 'y' : 'z'}` as typeof dead
    await harness.store.openSession(next)
    harness.session.id = next
    harness.flows.start()
    harness.flows.adopt(await harness.store.adoptRuns(next, 100))
    for (const { run } of accepted) expect((await harness.reply(run)).body).toBe('done')
  })

  it('F27: a process that lost its life keeps nothing of what it ran, and another runs it once', async () => {
    const gate = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    await using harness = await openFlowsHarness({
      change: withCommit(async (commit, go) => {
        reached.resolve()
        await gate.promise
        return go(commit)
      }),
    })
    await harness.addEndpoint(null)
    const { run } = await harness.accept(
      await harness.addFlow([{ id: 'tell', kind: 'emit_event', eventType: 'a' }, reply({ body: 'once' })]),
    )
    await reached.promise
    const dead = harness.session.id
    await harness.store.closeSession(dead)
    harness.flows.forget()
    const next = `${dead.slice(0, -1)}${dead.endsWith('z') ? 'y' : 'z'}` as typeof dead
    await harness.store.openSession(next)
    harness.session.id = next
    gate.resolve()
    harness.flows.adopt(await harness.store.adoptRuns(next, 100))
    expect((await harness.reply(run)).body).toBe('once')
    expect(await tablesOf(harness.store).selectFrom('message').select('id').execute()).toHaveLength(1)
  })

  it('ends a run whose flow cannot be run, and one that stumbles over a defect, rather than trying for ever', async () => {
    await using harness = await openFlowsHarness({
      change: (options) => ({
        ...options,
        vault: { ...options.vault, seal: () => { throw new Error('a defect') } },
      }),
    }) // oxfmt-ignore
    const gone = await harness.accept('flow_0000000000000000000000' as const)
    expect(await harness.run(gone.run)).toMatchObject({ status: 'ko', error_code: 'flow_missing' })
    expect((await harness.reply(gone.run)).status).toBe(500)
    const crashing = await harness.addFlow([send()])
    const { run } = await harness.accept(crashing)
    const ended = await harness.run(run)
    expect(ended).toMatchObject({ status: 'ko', error_code: 'internal' })
    expect(JSON.parse(ended.steps)).toMatchObject([{ id: 'send', status: 'KO', code: 'internal' }])
    expect(JSON.parse((await harness.reply(run)).body!)).toEqual({
      error: { code: 'internal', message: 'Something went wrong inside.', runId: run },
    })
    expect(harness.log.entries.filter((entry) => entry.event === 'flows.step.crashed')).toMatchObject([{ fields: { run, step: 'send' } }])
  })

  it('ends a run that stumbles over a defect after it has answered: what was committed before stays, and it does not wait for ever', async () => {
    let stumbles = true
    await using harness = await openFlowsHarness({
      change: (options) => ({
        ...options,
        operational: {
          of: () => {
            if (stumbles) {
              stumbles = false
              throw new Error('a defect')
            }
            return []
          },
        },
      }),
    })
    const flow = await harness.addFlow([reply({ status: 201 }), { id: 'after', kind: 'set_meta', meta: { a: 1 } }])
    const { run } = await harness.accept(flow)
    expect((await harness.reply(run)).status).toBe(201)
    expect(await harness.run(run)).toMatchObject({ status: 'ko', error_code: 'internal' })
    expect((await harness.reply(run)).status).toBe(201)
  })

  it('says with its code that a run waits for a process, so that of many one a minute is logged', async () => {
    let asked = 0
    await using harness = await openFlowsHarness({
      change: (options) => ({
        ...options,
        segmentPool: {
          run: (job, to) =>
            asked++ === 0 ? Promise.resolve({ ok: false, code: 'unavailable', message: 'no process' }) : options.segmentPool.run(job, to),
        },
      }),
    })
    const { run } = await harness.accept(await harness.addFlow([reply()]), { body: Buffer.from(`{"x":"${'y'.repeat(200_000)}"}`) })
    expect(await harness.reply(run)).toMatchObject({ status: 200 })
    const waits = harness.log.entries.filter(({ event }) => event === 'flows.segment.waits')
    expect(waits).toHaveLength(1)
    expect(isPassing(waits[0]!.fields['error'])).toBe(true)
  })

  it('F25: keeps a poison payload inside its run', async () => {
    await using harness = await openFlowsHarness()
    const flow = await harness.addFlow([reply({ body: { echo: '{{ body }}' } })])
    const payloads = [
      '{"a":"\\u0000"}',
      '"\\ud800"',
      '1e400',
      '{"a":1,"a":2}',
      '12345678901234567890',
      '',
      '[',
      `${'['.repeat(400)}${']'.repeat(400)}`,
    ]
    for (const payload of payloads) {
      const body = Buffer.from(payload)
      const { run } = await harness.accept(flow, { body, body_bytes: body.length })
      expect((await harness.reply(run)).status, payload.slice(0, 20)).toBe(200)
    }
  })

  it('stops: what runs is finished, what waits stays in the store for the next process', async () => {
    const gate = Promise.withResolvers<void>()
    await using harness = await openFlowsHarness({
      change: (options) => ({
        ...withCommit(async (commit, go) => {
          await gate.promise
          return go(commit)
        })(options),
        limits: { underWayMax: 1 },
      }),
    })
    const flow = await harness.addFlow([reply()])
    const [first, second] = [await harness.accept(flow), await harness.accept(flow)]
    await new Promise<void>((resolve) => setImmediate(resolve))
    expect(harness.flows.counts).toEqual({ waiting: 1, underWay: 1 })
    const stopping = harness.flows.stop(new AbortController().signal)
    gate.resolve()
    await stopping
    expect(await harness.run(first.run)).toMatchObject({ status: 'ok' })
    expect(await harness.run(second.run, () => true)).toMatchObject({ status: 'queued', holder: harness.session.id })
  })

  it('says which flows an event starts', async () => {
    await using harness = await openFlowsHarness()
    const trigger = { kind: 'event', eventTypes: ['invoice.*'] }
    const flow = await harness.addFlow([], { trigger })
    await harness.addFlow([], { trigger: { kind: 'job' } })
    const row = await tablesOf(harness.store).selectFrom('flow').selectAll().where('id', '=', flow).executeTakeFirstOrThrow()
    const published = await tablesOf(harness.store)
      .selectFrom('flow_version')
      .selectAll()
      .where('flow_id', '=', flow)
      .executeTakeFirstOrThrow()
    const snapshot = { flows: [{ ...row, published }] } as unknown as Parameters<typeof flowsOfEvent>[0]
    expect(flowsOfEvent(snapshot, 'invoice.paid')).toMatchObject([{ id: flow, version: 1 }])
    expect(flowsOfEvent(snapshot, 'order.paid')).toEqual([])
  })
})

describe('a run whose flow reads a secret that cannot be opened', () => {
  const lost = createVault([{ id: 'lost', key: new Uint8Array(32).fill(9) }], systemRandom())
  const step = send({ bearerToken: '{{ secrets.erp }}' })
  /** Half a minute passes in a tenth of a second. */
  const hasty = (options: FlowsOptions): FlowsOptions => ({
    ...options,
    clock: { ...systemClock, monotonic: () => systemClock.monotonic() * 300, processor: () => systemClock.monotonic() * 300 },
  })

  it('waits, does nothing of it, and goes on by itself when the secret opens; others run meanwhile', async () => {
    await using harness = await openFlowsHarness({ change: hasty })
    await harness.addSecret('erp', 't0ken')
    await reseal(harness, lost)
    const flow = await harness.addFlow([{ id: 'seen', kind: 'set_meta', meta: { x: '1' } }, step])
    const { run } = await harness.accept(flow)
    const other = await harness.accept(await harness.addFlow([reply()]))
    await harness.reply(other.run)
    const untouched = { status: 'queued', rev: 0, steps: '[]', meta: '{}', error_code: null }
    expect(await harness.run(run, () => true)).toMatchObject(untouched)
    await reseal(harness, harness.vault)
    const { request } = await harness.delivery(run)
    expect(request).toMatchObject({ headers: { Authorization: 'Bearer t0ken' } })
  })

  it('a flow that does not read it runs', async () => {
    await using harness = await openFlowsHarness()
    await harness.addSecret('erp', 't0ken')
    await reseal(harness, lost)
    const { run } = await harness.accept(await harness.addFlow([reply()]))
    expect(await harness.reply(run)).toMatchObject({ status: 200 })
  })

  async function reseal(harness: FlowsHarness, vault: Pick<typeof lost, 'seal'>): Promise<void> {
    const { store, application } = harness
    const sealed = vault.seal('t0ken', belonging.secret(application, 'erp'))
    const query = tablesOf(store).updateTable('secret').set({ sealed }).where('name', '=', 'erp').compile()
    const { version } = await tablesOf(store)
      .selectFrom('application')
      .select('version')
      .where('id', '=', application)
      .executeTakeFirstOrThrow()
    await store.mutate({ statements: [{ query, rows: 1 }], application: { id: application, version }, audit: [] })
  }
})
