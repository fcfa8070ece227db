import { describe, expect, it } from 'vitest'
import { createIds, limits, parseExactJson, type StepDeliveryOutcome } from '#domain'
import type { TransformJob } from '#platform'
import { createFakeClock, createSeededRandom } from '#platform/testing'
import { compileHere } from '../../../../../test/support/read-transform.ts'
import { advance } from './interpret.ts'
import type { Advance } from './run-outcome.ts'
import type { RunInputs } from './run-inputs.ts'
import type { TriggerData } from '../mapping/context.ts'
import { newRunState, type RunState } from './run-state.ts'

const clock = createFakeClock()
const trigger: TriggerData = {
  method: 'POST',
  path: '/orders',
  params: {},
  query: {},
  headers: { 'x-id': '7' },
  body: { id: 'o1', total: 1200, lines: [{ amount: 3 }, { amount: 4 }] },
  files: [],
  ip: null,
  eventType: null,
}

function start(steps: unknown[], options: { rescue?: unknown[]; trigger?: Partial<TriggerData>; inputs?: Partial<RunInputs> } = {}) {
  const compiled = compileHere({ name: 'a', trigger: { kind: 'webhook', listener: 'l' }, steps, rescue: options.rescue ?? [] })
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  const inputs: RunInputs = {
    run: { id: 'run_1', flowId: 'flow_1', version: 1, key: 'key-1', applicationId: 'app_1', createdAt: 0 },
    trigger: { ...trigger, ...options.trigger },
    entry: { id: 'entry_1', document: null },
    secrets: { erp: 's3cr3t' },
    ids: createIds({ now: () => clock.now(), fill: createSeededRandom(1).fill }),
    clock,
    isHeard: true,
    koReply: null,
    turn: null,
    chainEnds: () => false,
    ...options.inputs,
  }
  const next = (state: RunState, resume?: RunInputs['resume']): Advance =>
    advance(compiled.flow, parseExactJson(JSON.stringify(state)) as RunState, { ...inputs, ...(resume ? { resume } : {}) })
  return { first: next(newRunState(compiled.flow.first)), next }
}

const run = (...args: Parameters<typeof start>) => start(...args).first
const statuses = (done: Advance) => done.state.steps.map((step) => [step.id, step.status, ...(step.code === undefined ? [] : [step.code])])
const bodyOf = (done: Advance) => JSON.parse(done.effects.reply?.body ?? 'null') as unknown
const ok: StepDeliveryOutcome = { ok: true, code: null, message: null, status: 200, body: '{"n":1}' }
const ko = (code = 'http_500', status: number | null = 500): StepDeliveryOutcome => ({
  ok: false,
  code,
  message: 'no luck',
  status,
  body: 'oops',
})
const send = (fields: object = {}) => ({ id: 'send', kind: 'send_webhook', url: 'https://erp.example/hook', ...fields })
const reply = (fields: object = {}) => ({ id: 'reply', kind: 'webhook_response', ...fields })

describe('a run', () => {
  it('R89 R91 R92: takes a webhook in, transforms it and maps the answer', () => {
    const done = run([
      { id: 'order', kind: 'transform', expression: "{ 'total': $sum(body.lines.amount) }" },
      {
        id: 'big',
        kind: 'branch',
        if: '{{ steps.order.output.total > 5 }}',
        then: [{ id: 'mark', kind: 'set_meta', meta: { big: true } }],
        else: [{ id: 'no', kind: 'stop' }],
      },
      reply({
        status: 201,
        headers: { 'X-Id': '{{ headers.X-ID }}' },
        body: { ok: true, total: '{{ steps.order.output.total }}', big: '{{ meta.big }}' },
      }),
    ])
    expect(done.outcome).toEqual({ kind: 'finished', status: 'ok', code: null })
    expect(done.effects.reply).toEqual({
      status: 201,
      headers: { 'content-type': 'application/json', 'x-id': '7' },
      body: '{"ok":true,"total":7,"big":true}',
      encoding: 'utf8',
    })
    expect(statuses(done)).toEqual([
      ['order', 'OK'],
      ['big', 'OK', 'then'],
      ['mark', 'OK'],
      ['reply', 'OK'],
    ])
    expect(done.state.steps[0]).toMatchObject({ kind: 'transform', output: { total: 7 } })
  })

  it('R1 R5 R6 R7 R13 R14 R15 R16 R17 R18 R19 R20: Send Webhook makes the request with the documented body', () => {
    const { first } = start([
      { id: 'meta', kind: 'set_meta', meta: { note: 'hi {{ body.id }}' } },
      { id: 'bad', kind: 'fail', code: 'early', message: 'first', next: [{ status: 'KO', do: 'continue' }] },
      send({ event: 'order_created', bearerToken: '{{ secrets.erp }}', headers: { 'X-Order': '{{ body.id }}' }, timeoutMs: 3000 }),
    ])
    const [delivery] = first.effects.deliveries
    expect(first.outcome).toEqual({ kind: 'parked', delivery: delivery?.id, deadline: null })
    expect(JSON.parse(Buffer.from(delivery!.body).toString())).toEqual({
      id: delivery?.id,
      event: 'order_created',
      transform_job_id: 'run_1',
      silo_entry_id: 'entry_1',
      owner_id: 'app_1',
      key: 'key-1',
      meta: { note: 'hi o1' },
      faults: [{ provider: 'fail', step_id: 'bad', code: 'early', message: 'first', paths: [] }],
    })
    expect(delivery?.request).toEqual({
      url: 'https://erp.example/hook',
      headers: { 'X-Order': 'o1', Authorization: 'Bearer s3cr3t' },
      signing: null,
      retryPolicy: 'step',
      success: [200, 204],
      timeoutMs: 3000,
    })
  })

  it('R7 R21: an event that was not configured is the empty text; success is 200 or 204 unless the step says otherwise', () => {
    const [delivery] = run([send()]).effects.deliveries
    expect(JSON.parse(Buffer.from(delivery!.body).toString())).toMatchObject({ event: '', meta: {}, faults: [] })
    expect(delivery?.request.success).toEqual([200, 204])
    expect(run([send({ success: '2xx' })]).effects.deliveries[0]?.request.success).toBe('2xx')
  })

  it('R11 R31: sends custom headers, and signs with a secret if it is asked to', () => {
    const signing = { profile: 'hex', secret: '{{ secrets.sign }}' }
    const [delivery] = run([send({ headers: { 'X-Signature': 'a', 'Content-Type': 'application/vnd.api+json' }, signing })], {
      inputs: { secrets: { sign: 'f'.repeat(64) } },
    }).effects.deliveries
    expect(delivery?.request).toMatchObject({
      headers: { 'X-Signature': 'a', 'Content-Type': 'application/vnd.api+json' },
      signing: { profile: 'hex', secret: 'f'.repeat(64) },
    })
    const sly = run([send({ headers: { 'Content-Type': '{{ body.type }}' } })], { trigger: { body: { type: 'text/xml' } } })
    expect(statuses(sly)).toEqual([['send', 'KO', 'invalid_header']])
  })

  it('keeps secrets out of state and records', () => {
    const { first } = start([
      send({ bearerToken: '{{ secrets.erp }}', headers: { 'X-Key': 'a {{ secrets.erp }}', 'X-Plain': '{{ body.id }}' } }),
    ])
    expect(first.state.steps[0]?.input).toEqual({
      url: 'https://erp.example/hook',
      event: '',
      headers: { 'X-Key': 'a {{ secrets.erp }}', 'X-Plain': 'o1', Authorization: 'Bearer {{ secrets.erp }}' },
    })
    expect(JSON.stringify([first.state, first.records])).not.toContain('s3cr3t')
    const literals = send({ bearerToken: 'literal-token', headers: { 'X-API-Key': 'literal-key', 'X-Signature': '{{ body.id }}' } })
    expect(JSON.stringify(run([literals]).records)).not.toMatch(/literal-|o1/)
    expect(JSON.stringify(run([send({ headers: { Authorization: 'Basic literal-basic' } })]).records)).not.toContain('literal-')
  })

  it('R22 R23: waits for the answer of the webhook, whose outcome and JSON are the step output', () => {
    const { first, next } = start([send(), reply({ body: { n: '{{ steps.send.output.body.n }}', s: '{{ steps.send.output.status }}' } })])
    expect(statuses(first)).toEqual([['send', 'RUN']])
    expect(first.state.waiting).toMatchObject({ delivery: first.effects.deliveries[0]?.id })
    clock.advance(1500)
    const done = next(first.state, { kind: 'delivered', outcome: ok })
    expect(statuses(done)).toEqual([
      ['send', 'OK'],
      ['reply', 'OK'],
    ])
    expect(done.state.steps[0]).toMatchObject({
      durationMs: 1500,
      output: { status: 200, body: { n: 1 } },
      input: { url: 'https://erp.example/hook' },
    })
    expect(bodyOf(done)).toEqual({ n: 1, s: 200 })
    expect(done.outcome).toEqual({ kind: 'finished', status: 'ok', code: null })
  })

  it('R29: a KO of the webhook that nobody handles runs rescue, and the run is KO', () => {
    const { first, next } = start([send(), { id: 'never', kind: 'stop' }], {
      rescue: [
        reply({
          status: 502,
          body: { code: '{{ faults[0].code }}', step: '{{ faults[0].step_id }}', body: '{{ steps.send.output.body }}' },
        }),
      ],
    })
    const done = next(first.state, { kind: 'delivered', outcome: ko() })
    expect(statuses(done)).toEqual([
      ['send', 'KO', 'http_500'],
      ['reply', 'OK'],
    ])
    expect(done.outcome).toEqual({ kind: 'finished', status: 'ko', code: 'http_500' })
    expect(done.effects.reply?.status).toBe(502)
    expect(bodyOf(done)).toEqual({ code: 'http_500', step: 'send', body: 'oops' })
    expect(done.state.faults).toEqual([{ provider: 'send_webhook', step_id: 'send', code: 'http_500', message: 'no luck', paths: [] }])
  })

  it('next: a KO matched by continue, end or steps leaves the run ok and keeps the fault', () => {
    const after = { id: 'after', kind: 'set_meta', meta: { after: 1 } }
    const table: [object, string[], 'ok' | 'ko'][] = [
      [{ status: 'KO', do: 'continue' }, ['after'], 'ok'],
      [{ status: 'any', do: 'end' }, [], 'ok'],
      [{ status: 'KO', code: 'http_500', do: { steps: [{ id: 'sorry', kind: 'set_meta', meta: {} }] } }, ['sorry', 'after'], 'ok'],
      [{ status: 'KO', code: 'other', do: 'continue' }, [], 'ko'],
      [{ status: 'TIMEOUT', do: 'continue' }, [], 'ko'],
      [{ status: 'OK', do: 'continue' }, [], 'ko'],
      [{ status: 'KO', do: 'fail' }, [], 'ko'],
    ]
    for (const [row, ran, status] of table) {
      const { first, next } = start([send({ next: [row] }), after])
      const done = next(first.state, { kind: 'delivered', outcome: ko() })
      expect(
        done.state.steps.slice(1).map((step) => step.id),
        JSON.stringify(row),
      ).toEqual(ran)
      expect(done.outcome, JSON.stringify(row)).toMatchObject({ kind: 'finished', status })
      expect(done.state.faults).toHaveLength(1)
    }
    const { first, next } = start([send({ next: [{ status: 'TIMEOUT', do: 'end' }] }), after])
    expect(next(first.state, { kind: 'delivered', outcome: ko('timeout', null) }).outcome).toMatchObject({ status: 'ok' })
  })

  it('next: the first match wins, and fail makes a failure of a success', () => {
    const done = run(
      [
        {
          id: 'a',
          kind: 'set_meta',
          meta: {},
          next: [
            { status: 'OK', do: 'fail' },
            { status: 'any', do: 'continue' },
          ],
        },
      ],
      {
        rescue: [{ id: 'r', kind: 'set_meta', meta: { rescued: true } }],
      },
    )
    expect(done.outcome).toEqual({ kind: 'finished', status: 'ko', code: 'failed' })
    expect(statuses(done)).toEqual([
      ['a', 'OK'],
      ['r', 'OK'],
    ])
  })

  it('R33: the first response that runs wins; a second one is skipped', () => {
    const { first, next } = start([
      reply({ body: 'first' }),
      reply({ id: 'second', body: 'second' }),
      { id: 'm', kind: 'set_meta', meta: { x: 1 } },
    ])
    expect(first.outcome).toEqual({ kind: 'reply_segment' })
    expect(first.effects.reply?.body).toBe('first')
    const done = next(first.state)
    expect(statuses(done)).toEqual([
      ['reply', 'OK'],
      ['second', 'SKIP', 'already_answered'],
      ['m', 'OK'],
    ])
    expect(done.effects.reply).toBeNull()
    expect(done.outcome).toMatchObject({ kind: 'finished', status: 'ok' })
  })

  it('R33: a response to a caller who was answered without the flow is skipped, and the run goes on; the clock says nothing of that', () => {
    const { first, next } = start([send(), reply()])
    clock.advance(3_600_000)
    expect(statuses(next(first.state, { kind: 'delivered', outcome: ok }))).toEqual([
      ['send', 'OK'],
      ['reply', 'OK'],
    ])
    const late = next({ ...first.state, replied: true }, { kind: 'delivered', outcome: ok })
    expect(late.effects.reply).toBeNull()
    expect(statuses(late)).toEqual([
      ['send', 'OK'],
      ['reply', 'SKIP', 'already_answered'],
    ])
    expect(late.outcome).toMatchObject({ kind: 'finished', status: 'ok' })
  })

  it('R33: the reply leaves with the commit that holds everything up to it, messages included', () => {
    const { first, next } = start([
      { id: 'tell', kind: 'emit_event', eventType: 'order.created', payload: { id: '{{ body.id }}' } },
      reply(),
      send(),
    ])
    expect(first.outcome.kind).toBe('reply_segment')
    expect(first.effects.messages).toMatchObject([
      { id: expect.stringMatching(/^msg_/), eventType: 'order.created', eventId: null, channels: null, data: Buffer.from('{"id":"o1"}') },
    ])
    const second = next(first.state)
    expect(second.outcome.kind).toBe('parked')
    expect(second.effects).toMatchObject({ messages: [], reply: null })
    expect(next(second.state, { kind: 'delivered', outcome: ko() }).effects.reply).toBeNull()
  })

  it('R2: emit_event makes an event of the trigger body when no payload is given, and refuses a name that is none', () => {
    const done = run([
      { id: 'tell', kind: 'emit_event', eventType: 'order.{{ body.id }}', eventId: '{{ body.id }}', channels: ['c-{{ body.id }}'] },
    ])
    expect(done.effects.messages).toEqual([
      {
        id: expect.stringMatching(/^msg_/),
        eventType: 'order.o1',
        eventId: 'o1',
        channels: ['c-o1'],
        data: Buffer.from(JSON.stringify(trigger.body)),
      },
    ])
    const bad = run([{ id: 'tell', kind: 'emit_event', eventType: '{{ body.x }}' }], { trigger: { body: { x: 'a b' } } })
    expect(statuses(bad)).toEqual([['tell', 'KO', 'invalid_event_type']])
    expect(bad.effects.messages).toEqual([])
    const said = (id: unknown, channel = 'c') =>
      run([{ id: 'tell', kind: 'emit_event', eventType: 'a', eventId: '{{ body.id }}', channels: ['{{ body.channel }}'] }], {
        trigger: { body: { id, channel } },
      })
    for (const id of [true, false]) expect(statuses(said(id))).toEqual([['tell', 'KO', 'invalid_event_id']])
    for (const id of ['a b', 'x'.repeat(257)]) expect(statuses(said(id))).toEqual([['tell', 'KO', 'invalid_event_id']])
    // As in messages of the API, and an id that another Posthorn gave.
    for (const id of ['a.b-c_1', 'x'.repeat(256), 'msg_2']) expect(said(id).effects.messages[0]?.eventId).toBe(id)
    for (const id of [null, '']) expect(said(id).effects.messages[0]?.eventId).toBeNull()
    expect(said(0).effects.messages[0]?.eventId).toBe('0')
    for (const channel of ['', 'a b', 'x'.repeat(129)]) expect(statuses(said('1', channel))).toEqual([['tell', 'KO', 'invalid_channel']])
  })

  it('R103: every end answers a waiting caller: OK, KO, the listener own error, and a flow without steps', () => {
    expect(bodyOf(run([]))).toEqual({ ok: true, runId: 'run_1' })
    expect(bodyOf(run([reply({ status: 202 })]))).toEqual({ ok: true, runId: 'run_1' })
    const failed = run([{ id: 'f', kind: 'fail', code: 'no_stock', message: 'Only {{ body.total }} left' }])
    expect(failed.effects.reply?.status).toBe(500)
    expect(bodyOf(failed)).toEqual({ error: { code: 'no_stock', message: 'Only 1200 left', runId: 'run_1' } })
    const koReply = { status: 418, headers: {}, body: 'teapot', encoding: 'utf8' } as const
    expect(run([{ id: 'f', kind: 'fail' }], { inputs: { koReply } }).effects.reply).toEqual(koReply)
  })

  it('R33: where the listener answered at once nobody is answered again, and a response says that nobody waits', () => {
    const unheard = (steps: unknown[]) => run(steps, { inputs: { isHeard: false } })
    for (const steps of [[], [{ id: 'f', kind: 'fail' }]]) expect(unheard(steps).effects.reply).toBeNull()
    const { effects, state } = unheard([reply({ status: 201, body: { x: '{{ body.nothing }}' } })])
    expect(effects.reply).toMatchObject({ status: 201 })
    expect(state.steps).toMatchObject([{ status: 'OK', warnings: ['body.nothing is not there', 'nobody waits for this answer'] }])
  })

  it('R52, R100: answers with any status from 200 to 599', () => {
    for (const status of [200, 201, 202, 204, 400, 401, 404, 422, 500, 503, 599])
      expect(run([reply({ status, body: {} })]).effects.reply?.status).toBe(status)
  })

  it('R53: the override wins; null, false and nothing fall back; what is no status is 500 and a fault', () => {
    const withOverride = (x: unknown) =>
      run([reply({ status: 201, statusOverride: '{{ body.x }}', body: { fine: true } })], { trigger: { body: { x } } })
    for (const x of [404, '404', 200, 599]) expect(withOverride(x).effects.reply?.status, String(x)).toBe(Number(x))
    for (const x of [null, false, '', undefined]) expect(withOverride(x).effects.reply?.status, String(x)).toBe(201)
    for (const x of [199, 600, 100, 'abc', true, 204.5, {}, [200]]) {
      const done = withOverride(x)
      expect(done.effects.reply?.status, JSON.stringify(x)).toBe(500)
      expect(bodyOf(done)).toMatchObject({ error: { code: 'invalid_status' } })
      expect(done.state.faults).toMatchObject([{ code: 'invalid_status', step_id: 'reply', paths: ['statusOverride'] }])
    }
    const done = withOverride('no such row of ledger_2')
    expect(done.state.faults[0]!.message).toBe('statusOverride is "no such row of ledger_2", and not a status from 200 to 599.')
    expect(JSON.stringify(done.effects.reply)).not.toContain('ledger_2')
  })

  it.each([204, 205, 304])('R57: what is kept of an answer with %i has no body either', (status) => {
    expect(run([reply({ status, body: 'x' })]).effects.reply).toMatchObject({ status, headers: {}, body: null })
  })

  it('R54 R101: header values may be several, come from data, and never break a line', () => {
    const done = run(
      [
        reply({
          headers: {
            'Set-Cookie': ['a=1', 'b={{ body.id }}'],
            'X-List': '{{ body.lines[0].tags }}',
            'X-None': '{{ body.none }}',
            'WWW-Authenticate': 'Bearer',
          },
          body: {},
        }),
      ],
      {
        trigger: { body: { id: 'o1', lines: [{ tags: ['x', 'y'] }] } },
      },
    )
    expect(done.effects.reply?.headers).toEqual({
      'content-type': 'application/json',
      'set-cookie': ['a=1', 'b=o1'],
      'x-list': ['x', 'y'],
      'www-authenticate': 'Bearer',
    })
    const broken = run([reply({ headers: { 'X-A': '{{ body.x }}' } })], { trigger: { body: { x: 'a\r\nSet-Cookie: b' } } })
    expect(statuses(broken)).toEqual([['reply', 'KO', 'invalid_header']])
    expect(broken.effects.reply?.status).toBe(500)
    const out = run([send({ headers: { 'X-A': '{{ body.x }}' } })], { trigger: { body: { x: 'a\nb' } } })
    expect(statuses(out)).toEqual([['send', 'KO', 'invalid_header']])
    expect(out.effects.deliveries).toEqual([])
  })

  it('R54: white space at the ends of a header is lost on the way, a line break too, and nothing else', () => {
    const inputs = { secrets: { erp: 's3cr3t\n', wide: '\u00a0s' } }
    const headers = { 'X-Key': '{{ secrets.erp }}', 'X-Wide': '{{ secrets.wide }}', 'X-Body': '{{ body.x }}' }
    const trigger = { body: { x: ' a b\t\r\n' } }
    const out = run([send({ headers, bearerToken: '{{ secrets.erp }}' })], { inputs, trigger })
    expect(out.effects.deliveries[0]?.request.headers).toEqual({
      ...{ 'X-Key': 's3cr3t', 'X-Wide': '\u00a0s', 'X-Body': 'a b', Authorization: 'Bearer s3cr3t' },
    })
    const answered = run([reply({ headers: { 'X-Body': '{{ body.x }}' } })], { trigger })
    expect(answered.effects.reply?.headers).toMatchObject({ 'x-body': 'a b' })
  })

  it('R54: headers and bodies that are longer than clients take are a fault, also headers of requests', () => {
    const long = { trigger: { body: { x: 'é'.repeat(4100), y: 'y'.repeat(6000) } } }
    const tooLong = run([reply({ headers: { 'X-A': '{{ body.x }}' } })], long)
    expect(statuses(tooLong)).toEqual([['reply', 'KO', 'invalid_header']])
    const tooMany = run([reply({ headers: { 'X-A': '{{ body.y }}', 'X-B': '{{ body.y }}', 'X-C': '{{ body.y }}' } })], long)
    expect(statuses(tooMany)).toEqual([['reply', 'KO', 'invalid_header']])
    expect(statuses(run([reply({ headers: { 'X-A': '{{ body.y }}', 'X-B': '{{ body.y }}' } })], long))).toEqual([['reply', 'OK']])
    expect(statuses(run([send({ headers: { 'X-A': '{{ body.x }}' } })], long))).toEqual([['send', 'KO', 'invalid_header']])
    const wide = run([reply({ body: '{{ body.z }}' })], { trigger: { body: { z: 'z'.repeat(1024 * 1024 + 1) } } })
    expect(statuses(wide)).toEqual([['reply', 'KO', 'output_too_large']])
    expect(wide.effects.reply?.status).toBe(500)
  })

  it('R55 R102: the body is JSON for values and plain text for text', () => {
    const body = (value: unknown, fields: object = {}) => {
      const { headers, body: text } = run([reply({ body: value, ...fields })]).effects.reply!
      return [headers['content-type'], text]
    }
    expect(body({ a: ['{{ body.total }}'] })).toEqual(['application/json', '{"a":[1200]}'])
    expect(body('total {{ body.total }}')).toEqual(['text/plain; charset=utf-8', 'total 1200'])
    expect(body('{{ body.lines }}')).toEqual(['application/json', '[{"amount":3},{"amount":4}]'])
    expect(body('<x/>', { headers: { 'Content-Type': 'application/xml' } })).toEqual(['application/xml', '<x/>'])
    expect(body(null)).toEqual([undefined, null])
  })

  it('R57: 204 and 304 have no body, even if one is configured', () => {
    for (const status of [204, 304]) {
      expect(run([reply({ status, headers: { 'X-A': 'b' }, body: { a: 1 } })]).effects.reply).toEqual({
        status,
        headers: { 'x-a': 'b' },
        body: null,
        encoding: 'utf8',
      })
    }
    expect(run([reply({ status: 200, statusOverride: '204', body: 'x' })]).effects.reply?.body).toBeNull()
  })

  it('when, filter and stop: a step is skipped, the run ends quietly', () => {
    expect(
      statuses(
        run([
          { id: 'a', kind: 'fail', when: '{{ body.nope }}' },
          { id: 'b', kind: 'set_meta', meta: {} },
        ]),
      ),
    ).toEqual([
      ['a', 'SKIP', 'when'],
      ['b', 'OK'],
    ])
    expect(
      statuses(
        run([
          { id: 'f', kind: 'filter', if: '{{ body.total > 5000 }}' },
          { id: 'b', kind: 'stop' },
        ]),
      ),
    ).toEqual([['f', 'SKIP', 'filtered']])
    expect(
      statuses(
        run([
          { id: 'f', kind: 'filter', if: '{{ body.total > 5 }}' },
          { id: 'b', kind: 'stop' },
          { id: 'c', kind: 'fail' },
        ]),
      ),
    ).toEqual([
      ['f', 'OK', 'passed'],
      ['b', 'OK'],
    ])
    expect(run([{ id: 'f', kind: 'filter', if: false }]).outcome).toEqual({ kind: 'finished', status: 'ok', code: null })
    expect(
      statuses(
        run([
          { id: 'a', kind: 'branch', if: '{{ body.nope }}', then: [{ id: 'x', kind: 'fail' }] },
          { id: 'b', kind: 'stop' },
        ]),
      ),
    ).toEqual([
      ['a', 'OK', 'else'],
      ['b', 'OK'],
    ])
  })

  it('an expression for another process: the run goes on with its answer, and nothing is lost or committed twice', () => {
    const { first, next } = start([
      { id: 'tell', kind: 'emit_event', eventType: 'a' },
      { id: 't', kind: 'transform', expression: '$map(body.lines, function($l) { $l.amount })' },
      reply({ body: '{{ steps.t.output }}' }),
    ])
    if (first.outcome.kind !== 'compute') throw new Error('expected compute')
    expect(first.effects).toEqual({ messages: [], deliveries: [], givenUp: [], heard: null, reply: null })
    const { input } = first.outcome.job as TransformJob
    expect(JSON.parse(input)).toMatchObject({ body: trigger.body, steps: { tell: { status: 'OK' } } })
    expect(input).not.toContain('s3cr3t')
    const { carried } = first.outcome
    const done = next(first.state, { kind: 'computed', answer: { ok: true, output: '[3,4]' }, carried })
    expect(done.effects.messages).toHaveLength(1)
    expect(done.effects.reply?.body).toBe('[3,4]')
    const failed = next(first.state, { kind: 'computed', answer: { ok: false, code: 'timeout', message: 'too slow' }, carried })
    expect(statuses(failed)).toEqual([
      ['tell', 'OK'],
      ['t', 'KO', 'timeout'],
    ])
  })

  it('reports fields that were not there', () => {
    const done = run([{ id: 'a', kind: 'set_meta', meta: { x: '{{ body.nope.deep }}' } }])
    expect(done.state.steps[0]?.warnings).toEqual(['body.nope.deep is not there'])
    expect(done.state.meta).toEqual({ x: null })
  })

  it('a filter that fails on hostile data is a KO of its step', () => {
    const done = run([{ id: 'a', kind: 'set_meta', meta: { x: '{{ body.a | replace: "a", body.a }}' } }], {
      trigger: { body: { a: 'a'.repeat(100_000) } },
    })
    expect(statuses(done)).toEqual([['a', 'KO', 'template_error']])
  })

  it('hopeless requests are a KO at once: a URL that data broke, a secret that is not there', () => {
    expect(statuses(run([send({ url: 'https://a.example/{{ body.x }}/y' })], { trigger: { body: { x: '..' } } }))).toEqual([
      ['send', 'KO', 'invalid_url'],
    ])
    expect(statuses(run([send({ bearerToken: '{{ secrets.gone }}' })]))).toEqual([['send', 'KO', 'secret_missing']])
    expect(
      statuses(run([send({ signing: { profile: 'standard', secret: '{{ secrets.erp }}' } })], { inputs: { secrets: { erp: '*' } } })),
    ).toEqual([['send', 'KO', 'invalid_secret']])
  })

  it('R8: a bearer token that data left empty is a KO at once, and not tried for hours', () => {
    for (const body of [{}, { token: '' }, { token: ' ' }]) {
      const { records } = run([send({ bearerToken: '{{ body.token }}' })], { trigger: { body } })
      expect(records[0]).toMatchObject({
        status: 'KO',
        code: 'invalid_header',
        faults: [{ message: 'The bearer token is empty.', paths: ['bearerToken'] }],
      })
    }
  })

  it('R10: shows no credential of a URL, whoever put it there', () => {
    const input = (step: object) => run([step], { trigger: { body: { id: 'x' } } }).records[0]?.input
    expect(input(send({ url: 'https://a.example/?access_token={{ body.id }}' }))).toMatchObject({
      url: 'https://a.example/?access_token=redacted',
    })
    const request = { id: 'ask', kind: 'http_request', url: 'https://a.example/s?q=1', query: { api_key: '{{ body.id }}' } }
    expect(input(request)).toMatchObject({ url: 'https://a.example/s?q=1&api_key=redacted' })
    expect(input({ ...request, system: 'erp', url: '/s' })).toMatchObject({ url: '/s?api_key=redacted' })
  })

  it('says of a record that it was cut, and beyond how many bytes', () => {
    const large = { a: 'x'.repeat(limits.stepOutputBytesMax) }
    const [output] = run([{ id: 't', kind: 'transform', expression: 'body' }], { trigger: { body: large } }).records
    expect(output).toMatchObject({ status: 'KO', truncatedBytes: limits.stepOutputBytesMax })
    expect(output).not.toHaveProperty('output')
    const body = { x: 'x'.repeat(58_000), y: 'y'.repeat(7000) }
    const wide = send({ url: 'https://a.example/{{ body.x }}', headers: { 'X-A': '{{ body.y }}', 'X-B': '{{ body.y }}' } })
    const parked = run([wide], { trigger: { body } })
    expect(parked.records[0]).toMatchObject({ status: 'RUN', input: expect.stringContaining('not kept'), truncatedBytes: 65_536 })
    expect(run([send()], { trigger: { body } }).records[0]).not.toHaveProperty('truncatedBytes')
  })

  it('bounds one output to 1 MiB and all of a run to 8 MiB', () => {
    const large = { a: 'x'.repeat(limits.stepOutputBytesMax) }
    expect(statuses(run([{ id: 't', kind: 'transform', expression: 'body' }], { trigger: { body: large } }))).toEqual([
      ['t', 'KO', 'output_too_large'],
    ])
    const most = { a: 'x'.repeat(limits.stepOutputBytesMax - 1000) }
    const many = Array.from({ length: 9 }, (_, index) => ({ id: `t${index}`, kind: 'transform', expression: 'body' }))
    expect(statuses(run(many, { trigger: { body: most } })).at(-1)).toEqual(['t8', 'KO', 'context_too_large'])
  })

  it('keeps numbers that no double holds from the request to the reply and to the outbound body', () => {
    const body = parseExactJson('{"id":12345678901234567890}')
    const { first, next } = start(
      [
        { id: 't', kind: 'transform', expression: '{ "id": body.id }' },
        { id: 'm', kind: 'set_meta', meta: { id: '{{ steps.t.output.id }}' } },
        send(),
        reply({ body: { id: '{{ steps.t.output.id }}' } }),
      ],
      { trigger: { body } },
    )
    expect(Buffer.from(first.effects.deliveries[0]!.body).toString()).toContain('"meta":{"id":12345678901234567890}')
    expect(next(first.state, { kind: 'delivered', outcome: ok }).effects.reply?.body).toBe('{"id":12345678901234567890}')
  })

  it('goes on from its JSON alone, at any step, as if nothing had happened', () => {
    const steps = [
      { id: 'a', kind: 'set_meta', meta: { n: 1 } },
      {
        id: 'b',
        kind: 'branch',
        if: true,
        then: [
          send({ id: 's1', next: [{ status: 'KO', do: { steps: [send({ id: 's2' })] } }] }),
          { id: 'c', kind: 'set_meta', meta: { n: 2 } },
        ],
      },
      reply({ body: { n: '{{ meta.n }}', s: '{{ steps.s1.code }}' } }),
      send({ id: 's3' }),
    ]
    const { first, next } = start(steps)
    const second = next(first.state, { kind: 'delivered', outcome: ko('http_404', 404) })
    expect(second.outcome.kind).toBe('parked')
    const third = next(second.state, { kind: 'delivered', outcome: ok })
    expect(third.outcome.kind).toBe('reply_segment')
    expect(bodyOf(third)).toEqual({ n: 2, s: 'http_404' })
    const fourth = next(third.state)
    const done = next(fourth.state, { kind: 'delivered', outcome: ok })
    expect(done.outcome).toEqual({ kind: 'finished', status: 'ok', code: null })
    expect(statuses(done).map((row) => row[0])).toEqual(['a', 'b', 's1', 's2', 'c', 'reply', 's3'])
  })
})
