import { describe, expect, it } from 'vitest'
import { filtersReady, type Committer } from '#coordination'
import { belonging, isPassing, type StepDeliveryOutcome } from '#domain'
import { createVault, systemClock, systemRandom } from '#platform'
import { CommitUnknownError, type LoadedRun, type RunCommit, type RunCommitResult } from '#store'
import { tablesOf } from '#store/testing'
import { flowsOfEvent, type FlowsOptions } from './index.ts'
import { openFlowsHouse, type FlowsHouse } from '../../../../test/support/flows-house.ts'

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
  it('R35 R36 R91 R92: runs an accepted request at once, and the reply rings after the commit that holds it', async () => {
    await using house = await openFlowsHouse()
    const listener = await house.addListener({}, '/orders/:id')
    const flow = await house.addFlow([
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
    const { run } = await house.accept(flow, { listener_id: listener, path: '/in/shop/orders/a%20b' })
    expect(await house.reply(run)).toEqual({
      status: 201,
      headers: { 'content-type': 'application/json', 'x-id': '7' },
      body: '{"total":7,"list":[6,8],"id":"a b","page":"2"}',
      encoding: 'utf8',
    })
    const row = await house.run(run)
    expect(row).toMatchObject({ status: 'ok', error_code: null, state: null, rev: 1, faults: '[]' })
    expect(JSON.parse(row.reply!)).toEqual(await house.reply(run))
    expect((JSON.parse(row.steps) as { id: string; status: string }[]).map((step) => [step.id, step.status])).toEqual([
      ['order', 'OK'],
      ['list', 'OK'],
      ['reply', 'OK'],
    ])
  })

  it('R95: reads JSON whatever its content type says, if the listener wants JSON', async () => {
    await using house = await openFlowsHouse()
    const listener = await house.addListener({ bodyFormat: 'json' })
    const flow = await house.addFlow([reply({ body: { total: '{{ body.total }}' } })])
    const { run } = await house.accept(flow, { listener_id: listener, content_type: 'text/plain' })
    expect((await house.reply(run)).body).toBe('{"total":1200}')
  })

  it('R16 R22 R29: parks on a Send Webhook, with nothing secret readable in the store, and goes on when it ends', async () => {
    await using house = await openFlowsHouse()
    await house.addSecret('erp', 's3cr3t-token')
    const flow = await house.addFlow([
      send({ event: 'order_created', bearerToken: '{{ secrets.erp }}' }),
      send({ id: 'again', next: [{ status: 'KO', do: 'continue' }] }),
      reply({ body: { n: '{{ steps.send.output.body.n }}', again: '{{ steps.again.status }}' } }),
    ])
    const { run, request } = await house.accept(flow)
    const first = await house.delivery(run)
    expect(first.task.lane).toBe(`${flow}/send`)
    expect(first.request).toMatchObject({ url: 'https://erp.example/hook', headers: { Authorization: 'Bearer s3cr3t-token' } })
    expect(first.body).toMatchObject({
      id: first.task.delivery,
      event: 'order_created',
      transform_job_id: run,
      silo_entry_id: `entry_${request!.id.slice(4)}`,
      owner_id: house.application,
      key: 'key-1',
    })
    const parked = await house.run(run, (row) => row.status === 'waiting')
    expect(parked).toMatchObject({ parked_on: first.task.delivery, holder: null, rev: 1 })
    expect(JSON.stringify(parked)).not.toContain('s3cr3t')
    await house.settle(first.task, ok)
    await house.run(run, (row) => row.rev >= 3 && row.status === 'waiting')
    await house.settle((await house.delivery(run)).task, ko)
    expect((await house.reply(run)).body).toBe('{"n":1,"again":"KO"}')
    expect(await house.run(run)).toMatchObject({ status: 'ok', state: null })
  })

  it('R33: the reply leaves before the steps after it, which are a segment of their own', async () => {
    await using house = await openFlowsHouse()
    const flow = await house.addFlow([reply({ body: 'thanks' }), send(), { id: 'bad', kind: 'fail', code: 'late' }])
    const { run } = await house.accept(flow)
    expect((await house.reply(run)).body).toBe('thanks')
    const { task } = await house.delivery(run)
    await house.settle(task, ok)
    const row = await house.run(run)
    expect(row).toMatchObject({ status: 'ko', error_code: 'late' })
    expect(JSON.parse(row.reply!)).toMatchObject({ body: 'thanks' })
  })

  it('R2 R59: emit_event becomes one message, fanned out to the endpoints that subscribed', async () => {
    await using house = await openFlowsHouse()
    const [all, wanted, other, off] = [
      await house.addEndpoint(null),
      await house.addEndpoint(['order.*']),
      await house.addEndpoint(['invoice.paid']),
      await house.addEndpoint(null, 'disabled'),
    ]
    const flow = await house.addFlow([
      { id: 'tell', kind: 'emit_event', eventType: 'order.created', eventId: '{{ body.id }}', payload: { id: '{{ body.id }}' } },
      reply(),
    ])
    const { run } = await house.accept(flow)
    await house.reply(run)
    const [message] = await tablesOf(house.store).selectFrom('message').selectAll().execute()
    expect(message).toMatchObject({ event_id: 'o1', event_type: 'order.created', run_id: run })
    expect(JSON.parse(Buffer.from(message!.payload!).toString())).toMatchObject({
      id: 'o1',
      type: 'order.created',
      business_id: 'shop',
      data: { id: 'o1' },
    })
    const deliveries = await tablesOf(house.store).selectFrom('delivery').select('endpoint_id').execute()
    expect(new Set(deliveries.map((row) => row.endpoint_id))).toEqual(new Set([all, wanted]))
    const lane = await tablesOf(house.store)
      .selectFrom('lane')
      .select(['lane', 'skipped'])
      .where('lane', 'in', [other, off])
      .orderBy('lane')
      .execute()
    expect(lane.map((row) => row.skipped)).toEqual(other < off ? [0, 1] : [1, 0])
  })

  it('matches messages anew when the configuration changed under way', async () => {
    let before = async (): Promise<void> => {}
    await using house = await openFlowsHouse({
      change: withCommit(async (commit, go) => {
        await before()
        return go(commit)
      }),
    })
    const endpoints = [await house.addEndpoint(null)]
    before = async () => {
      before = async () => {}
      endpoints.push(await house.addEndpoint(null))
    }
    const { run } = await house.accept(await house.addFlow([{ id: 'tell', kind: 'emit_event', eventType: 'a' }]))
    await house.run(run)
    const deliveries = await tablesOf(house.store).selectFrom('delivery').select('endpoint_id').execute()
    expect(new Set(deliveries.map((row) => row.endpoint_id))).toEqual(new Set(endpoints))
    expect(await tablesOf(house.store).selectFrom('message').select('id').execute()).toHaveLength(1)
  })

  it('R103: a failed run answers 500, in the listener own words if it has some', async () => {
    await using house = await openFlowsHouse()
    const listener = await house.addListener({ reply: { error: { status: 422, headers: { 'X-Why': 'flow' }, body: { sorry: true } } } })
    const flow = await house.addFlow([{ id: 'bad', kind: 'fail', code: 'no_stock', message: 'gone' }])
    const plain = await house.accept(flow)
    expect(JSON.parse((await house.reply(plain.run)).body!)).toEqual({ error: { code: 'no_stock', message: 'gone', runId: plain.run } })
    const own = await house.accept(flow, { listener_id: listener })
    expect(await house.reply(own.run)).toMatchObject({ status: 422, headers: { 'x-why': 'flow' }, body: '{"sorry":true}' })
    expect(await house.run(own.run)).toMatchObject({ status: 'ko', error_code: 'no_stock' })
  })

  it('lets a copy start anew after an answer of 500 or more, and only after one that a caller got', async () => {
    await using house = await openFlowsHouse()
    const listener = await house.addListener()
    const bad = await house.addFlow([{ id: 'bad', kind: 'fail' }])
    const good = await house.addFlow([reply()])
    const kept = async (flow: typeof bad, dedup: string, waits: boolean) => {
      const { run } = await house.accept(flow, { listener_id: listener }, { dedup, ...(!waits && { answerBy: null }) })
      await house.run(run)
      return (await tablesOf(house.store).selectFrom('dedup').selectAll().where('key', '=', dedup).execute()).length
    }
    expect([await kept(bad, 'a', true), await kept(bad, 'b', false), await kept(good, 'c', true)]).toEqual([0, 1, 1])
  })

  it('R33: a segment whose caller was answered while it ran is run again without an answer, and nothing of the first try is kept', async () => {
    const late = '{"status":202,"headers":{},"body":null,"encoding":"utf8"}'
    const commits: string[] = []
    await using house = await openFlowsHouse({
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
    await house.addEndpoint(null)
    const flow = await house.addFlow([
      { id: 'tell', kind: 'emit_event', eventType: 'a' },
      reply(),
      { id: 'm', kind: 'set_meta', meta: { a: '1' } },
    ])
    const { run } = await house.accept(flow)
    const ended = await house.run(run)
    expect(commits).toEqual(['answered', 'committed'])
    expect(ended).toMatchObject({ status: 'ok', reply: late, rev: 1, meta: '{"a":"1"}' })
    const steps = JSON.parse(ended.steps) as { id: string; status: string; code?: string }[]
    expect(steps.map(({ id, status, code }) => [id, status, code])).toEqual([
      ['tell', 'OK', undefined],
      ['reply', 'SKIP', 'already_answered'],
      ['m', 'OK', undefined],
    ])
    expect(await tablesOf(house.store).selectFrom('message').select('id').execute()).toHaveLength(1)
  })

  it('R33: a run that begins late looks whether its caller was answered; that the time is over alone is no answer', async () => {
    await using house = await openFlowsHouse({ start: false })
    const flow = await house.addFlow([reply()])
    const [told, untold] = [await house.accept(flow, {}, { answerBy: 1 }), await house.accept(flow, {}, { answerBy: 1 })]
    await house.store.answerRuns([{ run: told.run, reply: '{"status":202}' }])
    house.flows.start()
    const codes = async (run: typeof told.run) => (JSON.parse((await house.run(run)).steps) as { code?: string }[]).map(({ code }) => code)
    expect([await codes(told.run), await codes(untold.run)]).toEqual([['already_answered'], [undefined]])
    expect([(await house.run(told.run)).rev, JSON.parse((await house.run(untold.run)).reply!)]).toMatchObject([1, { status: 200 }])
  })

  it('tells the process that holds the caller of the reply, unless it is this one', async () => {
    const told: unknown[] = []
    let waiter: string | null = null
    await using house = await openFlowsHouse({
      change: (deps) => ({
        ...deps,
        store: { ...deps.store, hint: (...hint) => void told.push(hint) },
        bell: {
          ...deps.bell,
          listen: (topic, listener) =>
            deps.bell.listen(topic, (carried) => {
              if (topic === 'run.accepted' && waiter) for (const { run } of carried as LoadedRun[]) run.waiter = waiter
              listener(carried)
            }),
        },
      }),
    })
    const flow = await house.addFlow([reply()])
    await house.run((await house.accept(flow)).run)
    expect(told).toEqual([])
    waiter = 'ses_other'
    const { run } = await house.accept(flow)
    await house.run(run)
    expect(told).toEqual([['ses_other', { replied: [run] }]])
  })

  it('runs jobs and events from their input', async () => {
    await using house = await openFlowsHouse()
    const flow = await house.addFlow(
      [{ id: 'm', kind: 'set_meta', meta: { total: '{{ body.total }}', entry: '{{ entry.id }}', type: '{{ trigger.eventType }}' } }],
      { trigger: { kind: 'job' } },
    )
    const { run } = await house.startJob(flow, { document: { total: 5 }, entryId: 'entry_1', eventType: 'order.created' })
    expect(JSON.parse((await house.run(run)).meta)).toEqual({ total: 5, entry: 'entry_1', type: 'order.created' })
    expect(JSON.parse((await house.reply(run)).body!)).toEqual({ ok: true, runId: run })
  })

  it('R95 R96 R97 R98: reads JSON, forms, repeated query parameters and headers in any case', async () => {
    await using house = await openFlowsHouse()
    const flow = await house.addFlow([
      reply({ body: { form: '{{ body }}', q: '{{ query.a }}', h: '{{ headers.X-Many }}', text: '{{ trigger.body.x }}' } }),
    ])
    const body = Buffer.from('x=1&tag=a&tag=b+c&__proto__=p')
    const { run } = await house.accept(flow, {
      body,
      content_type: 'application/x-www-form-urlencoded',
      query: 'a=1&a=%20',
      headers: '[["x-MANY","1"],["X-Many","2"]]',
    })
    expect(JSON.parse((await house.reply(run)).body!)).toEqual({
      form: JSON.parse('{"x":"1","tag":["a","b c"],"__proto__":"p"}'),
      q: ['1', ' '],
      h: ['1', '2'],
      text: '1',
    })
    const binary = await house.accept(flow, { body: Buffer.from([0xff, 0xfe, 0x00]), content_type: 'application/octet-stream' })
    expect(JSON.parse((await house.reply(binary.run)).body!)).toMatchObject({ form: null })
    const broken = await house.accept(flow, { body: Buffer.from('{"a":'), content_type: 'application/json' })
    expect(JSON.parse((await house.reply(broken.run)).body!)).toMatchObject({ form: '{"a":' })
  })

  it('drops a run that was cancelled while it ran: nothing of it is kept, and no reply leaves', async () => {
    let cancel = async (): Promise<void> => {}
    await using house = await openFlowsHouse({
      change: withCommit(async (commit, go) => {
        await cancel()
        return go(commit)
      }),
    })
    await house.addEndpoint(null)
    const flow = await house.addFlow([{ id: 'tell', kind: 'emit_event', eventType: 'a' }, reply()])
    let cancelled = ''
    cancel = async () => {
      const [row] = await tablesOf(house.store).selectFrom('run').select('id').execute()
      cancelled = row!.id
      await house.store.cancelRuns([row!.id as `run_${string}`])
    }
    const { run } = await house.accept(flow)
    expect(await house.run(run)).toMatchObject({ status: 'cancelled', steps: '[]' })
    expect(cancelled).toBe(run)
    expect(await tablesOf(house.store).selectFrom('message').select('id').execute()).toEqual([])
  })

  it('F8: looks up a commit of which nobody knows whether it was kept, and neither repeats nor loses it', async () => {
    const lost = new Set(['before', 'after'])
    await using house = await openFlowsHouse({
      change: withCommit(async (commit, go) => {
        if (lost.delete('before')) throw new CommitUnknownError(new Error('connection lost'))
        const result = await go(commit)
        if (lost.delete('after')) throw new CommitUnknownError(new Error('connection lost'))
        return result
      }),
    })
    await house.addEndpoint(null)
    const { run } = await house.accept(await house.addFlow([{ id: 'tell', kind: 'emit_event', eventType: 'a' }, reply({ body: 'once' })]))
    expect((await house.reply(run)).body).toBe('once')
    expect(await house.run(run)).toMatchObject({ status: 'ok', rev: 1 })
    expect(await tablesOf(house.store).selectFrom('message').select('id').execute()).toHaveLength(1)
    expect(lost.size).toBe(0)
  })

  it('waits for the filters of a configuration that changed before the commit, not inside it', async () => {
    const large = { $or: Array.from({ length: 750 }, (_, i) => ({ a: { $eq: i } })) }
    const ready: boolean[] = []
    let isChanged = false
    await using house = await openFlowsHouse({
      change: (options) => ({
        ...options,
        committer: {
          ...options.committer,
          async commitRun(commit) {
            for (let n = 0; n < 3 && !isChanged; n++) await house.addEndpoint(['a'], 'active', large)
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
    const { run } = await house.accept(await house.addFlow([{ id: 'tell', kind: 'emit_event', eventType: 'a', payload: { a: 1 } }]))
    expect(await house.run(run)).toMatchObject({ status: 'ok' })
    expect(ready).toEqual([true])
  })

  it('R35: accepting never waits for run capacity: runs that memory has no room for are read back, none twice', async () => {
    const commits = new Map<string, number>()
    await using house = await openFlowsHouse({
      change: (options) => ({
        ...withCommit((commit, go) => {
          commits.set(commit.run, (commits.get(commit.run) ?? 0) + 1)
          return go(commit)
        })(options),
        limits: { underWayMax: 2, waitingMax: 4 },
      }),
    })
    const flow = await house.addFlow([reply()])
    const accepted = await Promise.all(Array.from({ length: 300 }, () => house.accept(flow)))
    for (const { run } of accepted) expect((await house.reply(run)).status).toBe(200)
    const ended = await tablesOf(house.store).selectFrom('run').select('id').where('status', '=', 'ok').execute()
    expect(ended).toHaveLength(300)
    expect([...commits.values()].every((count) => count === 1)).toBe(true)
    expect(commits.size).toBe(300)
  })

  it('F1: takes over the runs of a process that died, those that had begun and those that waited', async () => {
    await using house = await openFlowsHouse({ start: false })
    const flow = await house.addFlow([reply({ body: 'done' })])
    const accepted = await Promise.all([1, 2, 3].map(() => house.accept(flow)))
    const dead = house.session.id
    await house.store.closeSession(dead)
    const next = `${dead.slice(0, -1)}${dead.endsWith('z') ? 'y' : 'z'}` as typeof dead
    await house.store.openSession(next)
    house.session.id = next
    house.flows.start()
    house.flows.adopt(await house.store.adoptRuns(next, 100))
    for (const { run } of accepted) expect((await house.reply(run)).body).toBe('done')
  })

  it('F27: a process that lost its life keeps nothing of what it ran, and another runs it once', async () => {
    const gate = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    await using house = await openFlowsHouse({
      change: withCommit(async (commit, go) => {
        reached.resolve()
        await gate.promise
        return go(commit)
      }),
    })
    await house.addEndpoint(null)
    const { run } = await house.accept(await house.addFlow([{ id: 'tell', kind: 'emit_event', eventType: 'a' }, reply({ body: 'once' })]))
    await reached.promise
    const dead = house.session.id
    await house.store.closeSession(dead)
    house.flows.forget()
    const next = `${dead.slice(0, -1)}${dead.endsWith('z') ? 'y' : 'z'}` as typeof dead
    await house.store.openSession(next)
    house.session.id = next
    gate.resolve()
    house.flows.adopt(await house.store.adoptRuns(next, 100))
    expect((await house.reply(run)).body).toBe('once')
    expect(await tablesOf(house.store).selectFrom('message').select('id').execute()).toHaveLength(1)
  })

  it('ends a run whose flow cannot be run, and one that stumbles over a defect, rather than trying for ever', async () => {
    await using house = await openFlowsHouse({
      change: (options) => ({
        ...options,
        vault: { ...options.vault, seal: () => { throw new Error('a defect') } },
      }),
    }) // oxfmt-ignore
    const gone = await house.accept('flow_0000000000000000000000' as const)
    expect(await house.run(gone.run)).toMatchObject({ status: 'ko', error_code: 'flow_missing' })
    expect((await house.reply(gone.run)).status).toBe(500)
    const crashing = await house.addFlow([send()])
    const { run } = await house.accept(crashing)
    const ended = await house.run(run)
    expect(ended).toMatchObject({ status: 'ko', error_code: 'internal' })
    expect(JSON.parse(ended.steps)).toMatchObject([{ id: 'send', status: 'KO', code: 'internal' }])
    expect(JSON.parse((await house.reply(run)).body!)).toEqual({
      error: { code: 'internal', message: 'Something went wrong inside.', runId: run },
    })
    expect(house.log.entries.filter((entry) => entry.event === 'flows.step.crashed')).toMatchObject([{ fields: { run, step: 'send' } }])
  })

  it('ends a run that stumbles over a defect after it has answered: what was committed before stays, and it does not wait for ever', async () => {
    let stumbles = true
    await using house = await openFlowsHouse({
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
    const flow = await house.addFlow([reply({ status: 201 }), { id: 'after', kind: 'set_meta', meta: { a: 1 } }])
    const { run } = await house.accept(flow)
    expect((await house.reply(run)).status).toBe(201)
    expect(await house.run(run)).toMatchObject({ status: 'ko', error_code: 'internal' })
    expect((await house.reply(run)).status).toBe(201)
  })

  it('says with its code that a run waits for a process, so that of many one a minute is told', async () => {
    let asked = 0
    await using house = await openFlowsHouse({
      change: (options) => ({
        ...options,
        segmentPool: {
          run: (job, to) =>
            asked++ === 0 ? Promise.resolve({ ok: false, code: 'unavailable', message: 'no process' }) : options.segmentPool.run(job, to),
        },
      }),
    })
    const { run } = await house.accept(await house.addFlow([reply()]), { body: Buffer.from(`{"x":"${'y'.repeat(200_000)}"}`) })
    expect(await house.reply(run)).toMatchObject({ status: 200 })
    const waits = house.log.entries.filter(({ event }) => event === 'flows.segment.waits')
    expect(waits).toHaveLength(1)
    expect(isPassing(waits[0]!.fields['error'])).toBe(true)
  })

  it('F25: keeps a poison payload inside its run', async () => {
    await using house = await openFlowsHouse()
    const flow = await house.addFlow([reply({ body: { echo: '{{ body }}' } })])
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
      const { run } = await house.accept(flow, { body, body_bytes: body.length })
      expect((await house.reply(run)).status, payload.slice(0, 20)).toBe(200)
    }
  })

  it('stops: what runs is finished, what waits stays in the store for the next process', async () => {
    const gate = Promise.withResolvers<void>()
    await using house = await openFlowsHouse({
      change: (options) => ({
        ...withCommit(async (commit, go) => {
          await gate.promise
          return go(commit)
        })(options),
        limits: { underWayMax: 1 },
      }),
    })
    const flow = await house.addFlow([reply()])
    const [first, second] = [await house.accept(flow), await house.accept(flow)]
    await new Promise<void>((resolve) => setImmediate(resolve))
    expect(house.flows.counts).toEqual({ waiting: 1, underWay: 1 })
    const stopping = house.flows.stop(new AbortController().signal)
    gate.resolve()
    await stopping
    expect(await house.run(first.run)).toMatchObject({ status: 'ok' })
    expect(await house.run(second.run, () => true)).toMatchObject({ status: 'queued', holder: house.session.id })
  })

  it('tells which flows an event starts', async () => {
    await using house = await openFlowsHouse()
    const trigger = { kind: 'event', eventTypes: ['invoice.*'] }
    const flow = await house.addFlow([], { trigger })
    await house.addFlow([], { trigger: { kind: 'job' } })
    const row = await tablesOf(house.store).selectFrom('flow').selectAll().where('id', '=', flow).executeTakeFirstOrThrow()
    const published = await tablesOf(house.store)
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
    clock: { ...systemClock, monotonic: () => systemClock.monotonic() * 300 },
  })

  it('waits, does nothing of it, and goes on by itself when the secret opens; others run meanwhile', async () => {
    await using house = await openFlowsHouse({ change: hasty })
    await house.addSecret('erp', 't0ken')
    await reseal(house, lost)
    const flow = await house.addFlow([{ id: 'seen', kind: 'set_meta', meta: { x: '1' } }, step])
    const { run } = await house.accept(flow)
    const other = await house.accept(await house.addFlow([reply()]))
    await house.reply(other.run)
    const untouched = { status: 'queued', rev: 0, steps: '[]', meta: '{}', error_code: null }
    expect(await house.run(run, () => true)).toMatchObject(untouched)
    await reseal(house, house.vault)
    const { request } = await house.delivery(run)
    expect(request).toMatchObject({ headers: { Authorization: 'Bearer t0ken' } })
  })

  it('a flow that does not read it runs', async () => {
    await using house = await openFlowsHouse()
    await house.addSecret('erp', 't0ken')
    await reseal(house, lost)
    const { run } = await house.accept(await house.addFlow([reply()]))
    expect(await house.reply(run)).toMatchObject({ status: 200 })
  })

  async function reseal(house: FlowsHouse, vault: Pick<typeof lost, 'seal'>): Promise<void> {
    const { store, application } = house
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
