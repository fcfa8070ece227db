import { describe, expect, it } from 'vitest'
import { flowDefinitionFaults, parseFlowDefinition } from './flow-definition-faults.ts'
import { stepSchema, stepSchemas } from './steps.ts'

const job = { kind: 'job' }
const faultsOfStep = (step: unknown) => flowDefinitionFaults({ name: 'a', trigger: job, steps: [step] })

describe('flow definition', () => {
  it('accepts the design example, with every step kind of this version', () => {
    const definition = {
      name: 'Orders to ERP',
      trigger: { kind: 'webhook', listener: 'orders' },
      steps: [
        { id: 'order', kind: 'transform', expression: "{ 'total': $sum(body.lines.amount) }", notes: 'sums up' },
        {
          id: 'big',
          kind: 'branch',
          if: '{{ steps.order.output.total > 1000 }}',
          then: [{ id: 'mark', kind: 'set_meta', meta: { big: true } }],
          else: [{ id: 'small', kind: 'stop', when: '{{ body.test }}' }],
        },
        { id: 'only', kind: 'filter', if: '{{ body.id }}' },
        { id: 'tell', kind: 'emit_event', eventType: 'order.created', payload: { id: '{{ body.id }}' }, channels: ['a'] },
        {
          id: 'notify',
          kind: 'send_webhook',
          url: 'https://erp.example/hook',
          event: 'order_created',
          bearerToken: '{{ secrets.erp }}',
          headers: { 'X-API-Key': '{{ secrets.key }}' },
          signing: { profile: 'hex', secret: '{{ secrets.sign }}' },
          retryPolicy: { waitsSeconds: [1, 2], jitter: 0 },
          success: [200],
          next: [{ status: 'KO', code: 'timeout', do: { steps: [{ id: 'sorry', kind: 'fail', code: 'erp_down', message: 'ERP' }] } }],
        },
        {
          id: 'reply',
          kind: 'webhook_response',
          status: 201,
          statusOverride: '{{ meta.s }}',
          headers: { 'Set-Cookie': ['a', 'b'] },
          body: { ok: true },
        },
      ],
      rescue: [{ id: 'answer', kind: 'webhook_response', status: 500, body: 'sorry' }],
    }
    expect(flowDefinitionFaults(definition)).toEqual([])
    expect(parseFlowDefinition(definition)).toEqual({ ok: true, definition })
  })

  it('names an unknown field, where it stands, and what is allowed there', () => {
    expect(faultsOfStep({ id: 'a', kind: 'stop', wehn: true })).toEqual([
      {
        pointer: '/steps/0/wehn',
        code: 'unknown_field',
        message: '"wehn" is not a field of a stop step; allowed are kind, id, name, notes, when, next.',
      },
    ])
    expect(flowDefinitionFaults({ name: 'a', trigger: { kind: 'job', listener: 'x' }, steps: [], extra: 1 })).toMatchObject([
      { pointer: '/trigger/listener', code: 'unknown_field' },
      {
        pointer: '/extra',
        message: '"extra" is not a field of a flow definition; allowed are name, notes, trigger, timeoutMs, concurrency, steps, rescue.',
      },
    ])
  })

  it('refuses an unknown step kind with the kinds there are, also deep inside', () => {
    const step = {
      id: 'a',
      kind: 'branch',
      if: true,
      then: [{ id: 'b', kind: 'stop', next: [{ status: 'any', do: { steps: [{ id: 'c', kind: 'jump' }] } }] }],
    }
    const [fault] = faultsOfStep(step)
    expect(fault).toMatchObject({ pointer: '/steps/0/then/0/next/0/do/steps/0/kind', code: 'unknown_step_kind' })
    for (const kind of Object.keys(stepSchemas)) expect(fault?.message).toContain(kind)
  })

  it('wants step ids unique over the whole tree, rescue included, and spelt as they can stand in a mapping', () => {
    const definition = { name: 'a', trigger: job, steps: [{ id: 'a', kind: 'stop' }], rescue: [{ id: 'a', kind: 'stop' }] }
    expect(flowDefinitionFaults(definition)).toMatchObject([{ pointer: '/rescue/0/id', code: 'duplicate_step_id' }])
    for (const id of ['A', '1a', 'a-b', 'a.b', '', 'a'.repeat(65)]) {
      expect(faultsOfStep({ id, kind: 'stop' }), id).toMatchObject([{ pointer: '/steps/0/id', code: 'invalid_format' }])
    }
  })

  it('R53: refuses a response status outside 200 to 599', () => {
    for (const status of [100, 199, 600, 200.5, '200']) {
      expect(faultsOfStep({ id: 'a', kind: 'webhook_response', status })).toMatchObject([{ pointer: '/steps/0/status' }])
    }
  })

  it('says what is missing', () => {
    expect(flowDefinitionFaults({}).map((fault) => [fault.pointer, fault.code])).toEqual([
      ['/name', 'missing_field'],
      ['/trigger', 'missing_field'],
      ['/steps', 'missing_field'],
    ])
    expect(faultsOfStep({ id: 'a' })).toMatchObject([{ pointer: '/steps/0/kind', code: 'missing_field' }])
  })

  it('survives hostile shapes: brackets without end, __proto__, anything but an object', () => {
    expect(flowDefinitionFaults(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)))).toMatchObject([{ code: 'too_deep' }])
    expect(flowDefinitionFaults(JSON.parse('{"__proto__":{"x":1}}'))).toMatchObject([{ pointer: '/__proto__', code: 'forbidden_name' }])
    for (const input of [null, 1, 'x', [], undefined]) expect(flowDefinitionFaults(input)).not.toEqual([])
    let nested: unknown = { id: 's', kind: 'stop' }
    for (let depth = 0; depth < 17; depth++) nested = { id: `b${depth}`, kind: 'branch', if: true, then: [nested] }
    expect(faultsOfStep(nested)).toMatchObject([{ code: 'too_deep' }])
  })

  it('has bounds for the whole, for each step, and for the number of faults it reports', () => {
    const stop = (meta: unknown, id = 'a') => ({ id, kind: 'set_meta', meta: { meta } })
    const flow = (steps: unknown[]) => ({ name: 'a', trigger: { kind: 'job' }, steps })
    const steps = (count: number, meta: unknown) => flow(Array.from({ length: count }, (_, index) => stop(meta, `s${index}`)))
    expect(flowDefinitionFaults(steps(4, 'x'.repeat(65_000)))).toEqual([])
    expect(flowDefinitionFaults(steps(5, 'x'.repeat(65_000)))).toMatchObject([{ pointer: '', code: 'definition_too_large' }])
    expect(flowDefinitionFaults(steps(2, Array(3900).fill([])))).toEqual([])
    expect(flowDefinitionFaults(steps(3, Array(3900).fill([])))).toMatchObject([{ pointer: '', code: 'definition_too_large' }])
    expect(flowDefinitionFaults(steps(1, ['x'.repeat(33_000), 'x'.repeat(33_000)]))).toMatchObject([
      { pointer: '/steps/0', code: 'step_too_large', message: expect.stringContaining('65536 characters') },
    ])
    expect(flowDefinitionFaults(steps(1, Array(4000).fill(0)))).toMatchObject([{ pointer: '/steps/0', code: 'step_too_large' }])
    const templated = (count: number) => flowDefinitionFaults(steps(1, ['{{body}}'.repeat(count), '{{body}}'.repeat(count)]))
    expect(templated(1024)).toEqual([])
    expect(templated(1025)).toMatchObject([{ code: 'step_too_large', message: expect.stringContaining('between {{ and }}') }])
    // The steps inside a step are not its own.
    const branch = { id: 'b', kind: 'branch', if: true, then: [stop(Array(3000).fill(0), 'c')], else: [stop(Array(3000).fill(0), 'd')] }
    expect(flowDefinitionFaults(flow([branch]))).toEqual([])
    expect(flowDefinitionFaults(flow(Array(400).fill({ id: 'a', kind: 'stop', wehn: 1 }))).length).toBe(200)
  })

  it('wants at most a hundred headers of a step, and says that alone of those that have more', () => {
    const headers = (count: number, value: unknown) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, value]))
    const send = { id: 'a', kind: 'send_webhook', url: 'https://example.com' }
    expect(faultsOfStep({ ...send, headers: headers(100, 'x') })).toEqual([])
    for (const step of [
      { ...send, headers: headers(101, 'x') },
      { id: 'a', kind: 'webhook_response', headers: headers(3000, 1) },
    ]) {
      const fault = { pointer: '/steps/0/headers', code: 'too_big', message: 'Give at most 100 headers.' }
      expect(faultsOfStep(step)).toEqual([fault])
      expect(stepSchema.safeParse({ ...send, headers: headers(101, 'x') }).success).toBe(false)
    }
  })

  it('reads no further once it has reported two hundred faults, wherever the steps stand', () => {
    let reads = 0
    const last = Object.defineProperty({ kind: 'stop' }, 'id', { enumerable: true, get: () => (reads++, 'last') })
    const wrong = Array.from({ length: 400 }, (_, index) => ({ id: `s${index}`, kind: 'stop', next: [{ status: 'x', do: 1 }] }))
    const nested = { id: 'a', kind: 'filter', if: true, next: [{ status: 'OK', do: { steps: [...wrong, last] } }] }
    expect(faultsOfStep(nested)).toHaveLength(200)
    // Once, when it was measured how large the definition is.
    expect(reads).toBe(1)
  })
})

it.each([
  ['{{ body.status }}', 'statusOverride'],
  ['201', 'statusOverride'],
  [null, 'Give a number, not null.'],
  [100, 'Give at least 200.'],
])('R53: whoever writes the status of an answer as %j hears what to write', (status, words) => {
  expect(faultsOfStep({ id: 'reply', kind: 'webhook_response', status })).toMatchObject([
    { pointer: '/steps/0/status', message: expect.stringContaining(words) },
  ])
})
