import { describe, expect, it } from 'vitest'
import { compileHere, readTransform } from '../../../../../test/support/read-transform.ts'
import { compileDefinition } from './compile.ts'

const webhook = { kind: 'webhook', listener: 'orders' }
const compile = (steps: unknown[], trigger: unknown = webhook, rescue?: unknown[]) =>
  compileHere({ name: 'a', trigger, steps, ...(rescue ? { rescue } : {}) })
const faults = (...args: Parameters<typeof compile>) => {
  const result = compile(...args)
  return result.ok ? [] : result.faults.map((fault) => [fault.pointer, fault.code])
}
const warnings = (steps: unknown[]) => {
  const result = compile(steps)
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return result.warnings.map((warning) => [warning.pointer, warning.code])
}
const send = (fields: object) => ({ id: 'send', kind: 'send_webhook', url: 'https://a.example/x', ...fields })
const respond = (fields: object) => ({ id: 'reply', kind: 'webhook_response', ...fields })

describe('compiling a flow', () => {
  it('R30: compiles a flow with several Send Webhook steps, each with a lane of its own', () => {
    const result = compile([
      send({ bearerToken: '{{ secrets.erp }}', headers: { 'X-Key': '{{ secrets["other"] }}' } }),
      { id: 'big', kind: 'branch', if: '{{ body.big }}', then: [send({ id: 'two', url: 'https://b.example/{{ body.id }}' })] },
      respond({ body: { ok: true } }),
    ])
    if (!result.ok) throw new Error(JSON.stringify(result.faults))
    expect(result.flow).toMatchObject({
      first: 'send',
      rescue: null,
      hasResponse: true,
      sendingSteps: ['send', 'two'],
      secrets: new Map([
        ['erp', '/steps/0/bearerToken'],
        ['other', '/steps/0/headers/X-Key'],
      ]),
    })
    const { steps } = result.flow
    expect([steps.get('send')?.following, steps.get('big')?.then, steps.get('big')?.else, steps.get('two')?.following, steps.get('reply')?.following]).toEqual([
      'big', 'two', 'reply', 'reply', null,
    ]) // oxfmt-ignore
  })

  it('knows each secret that is read, however that is spelled, and takes no text for a reading', () => {
    const spelled = [
      'secrets.a',
      'secrets .b',
      'secrets. c',
      "secrets['d']",
      'secrets[ "e" ]',
      'secrets ["f"]',
      'meta.x | append: secrets.g',
    ]
    const headers = Object.fromEntries(spelled.map((reading, i) => [`X-${i}`, `{{ ${reading} }}`]))
    const text = { id: 'text', kind: 'set_meta', meta: { x: 'secrets.y', 'secrets.z': "{{ 'secrets.q' }}" } }
    const result = compile([text, send({ headers })])
    if (!result.ok) throw new Error(JSON.stringify(result.faults))
    expect([...result.flow.secrets]).toEqual([...'abcdefg'].map((name, i) => [name, `/steps/1/headers/X-${i}`]))
  })

  it('reports every mistake of a flow at once, with pointer and column', () => {
    const result = compile([
      { id: 'a', kind: 'transform', expression: 'body.(' },
      {
        id: 'b',
        kind: 'branch',
        if: '{{ steps.nope.output }}',
        then: [{ id: 'c', kind: 'set_meta', meta: { x: [{ y: '{{ bdy.z }}' }] } }],
      },
      { id: 'd', kind: 'filter', if: 'yes', when: 'a {{ body.x }}' },
      respond({ status: 200, body: { a: { b: '{{ body.x | nope }}' } } }),
    ])
    expect(result.ok ? [] : result.faults.map((fault) => [fault.pointer, fault.code])).toEqual([
      ['/steps/0/expression', 'invalid_expression'],
      ['/steps/1/if', 'template_error'],
      ['/steps/1/then/0/meta/x/0/y', 'template_error'],
      ['/steps/2/if', 'invalid_condition'],
      ['/steps/2/when', 'invalid_condition'],
      ['/steps/3/body/a/b', 'template_error'],
    ])
    expect(result.ok ? {} : result.faults[0]).toMatchObject({ message: 'Expected ")" before end of expression (column 7)', position: 7 })
    expect(result.ok ? '' : result.faults[1]?.message).toBe('there is no step "nope"; there are a, b, c, d, reply (column 4)')
  })

  it('names what was probably meant', () => {
    const messages = (template: string) => {
      const result = compile([
        { id: 'total', kind: 'transform', expression: '1' },
        { id: 'b', kind: 'set_meta', meta: { x: template } },
      ])
      return result.ok ? [] : result.faults.map(({ message }) => message)
    }
    expect(messages('{{ bdy.x }}')).toEqual(['there is no "bdy"; did you mean body? (column 4)'])
    expect(messages('{{ body.x | upcas }}')).toEqual(['there is no filter "upcas"; did you mean upcase? (column 13)'])
    expect(messages('{{ steps.totl.output }}')).toEqual(['there is no step "totl"; did you mean total? (column 4)'])
  })

  describe('what a step reads of others', () => {
    const reads = (id: string, of: string, more: object = {}) => ({
      id,
      kind: 'set_meta',
      meta: { x: `{{ steps.${of}.output }}` },
      ...more,
    })
    const makes = (id: string, more: object = {}) => ({ id, kind: 'transform', expression: '1', ...more })
    const messages = (...args: Parameters<typeof compile>) => {
      const result = compile(...args)
      return result.ok ? [] : result.faults.map(({ pointer, code, message, position }) => [pointer, code, message, position])
    }
    const next = (...steps: object[]) => ({ next: [{ status: 'OK', do: { steps } }] })

    it('may have been left before', () => {
      expect(faults([makes('a'), reads('b', 'a')])).toEqual([])
      expect(
        faults([{ id: 'c', kind: 'branch', if: true, then: [makes('a')], else: [makes('b')] }, reads('d', 'a'), reads('e', 'b')]),
      ).toEqual([])
      expect(faults([{ id: 'c', kind: 'branch', if: true, then: [reads('a', 'c')], ...next(reads('b', 'a')) }])).toEqual([])
      expect(faults([makes('a', next(reads('b', 'a'))), reads('c', 'b')])).toEqual([])
      expect(
        faults([{ id: 'each', kind: 'for_each', items: [1], steps: [makes('a', next(makes('b'))), reads('c', 'a'), reads('d', 'b')] }]),
      ).toEqual([])
      expect(faults([makes('a', next(makes('b')))], webhook, [reads('c', 'a'), reads('d', 'b')])).toEqual([])
    })

    it('is refused where it can never have been, and the sentence says why', () => {
      expect(messages([reads('a', 'b'), makes('b')])).toEqual([
        ['/steps/0/meta/x', 'step_not_before', expect.stringContaining('the step "b" stands behind this one'), 4],
      ])
      expect(messages([reads('a', 'a')])[0]?.[2]).toContain('while it runs itself')
      expect(messages([{ id: 'c', kind: 'branch', if: true, then: [makes('a')], else: [reads('b', 'a')] }])[0]?.[2]).toContain(
        'a way of its own',
      )
      const two = [
        { status: 'OK', do: { steps: [makes('a')] } },
        { status: 'KO', do: { steps: [reads('b', 'a')] } },
      ]
      expect(messages([makes('c', { next: two })])[0]?.[2]).toContain('a way of its own')
      const loop = (more: object = {}) => ({ id: 'each', kind: 'for_each', items: [1], steps: [makes('a')], ...more })
      expect(messages([loop(), reads('b', 'a')])[0]?.[2]).toContain('a loop that is over')
      expect(messages([loop(next(reads('b', 'a')))])[0]?.[2]).toContain('a loop that is over')
      expect(messages([loop()], webhook, [reads('b', 'a')])[0]?.[2]).toContain('a loop that is over')
      expect(messages([reads('b', 'a')], webhook, [makes('a')])[0]?.[2]).toContain('stands behind this one')
    })
  })

  describe('what an expression reads of other steps', () => {
    const told = (expression: string) => {
      const result = compile([
        { id: 'a', kind: 'transform', expression: '1' },
        { id: 'b', kind: 'transform', expression },
        { id: 'c_d', kind: 'transform', expression: '1' },
      ])
      return result.ok ? [] : result.faults.map(({ pointer, code, message, position }) => [pointer, code, message, position])
    }

    it.each([
      'steps.a.output',
      '$$.steps.`a`.output + steps.a.output.x',
      'body.steps.nope',
      'body.lines[steps.nope.output = 1].(steps.nope)',
      'body.lines{ steps.nope: steps.nope }',
      'body.lines^(steps.nope)',
      '$lookup(steps, "c_d")',
      'steps.*.output',
      '"steps.nope"',
    ])('passes over %s', (expression) => expect(told(expression)).toEqual([]))

    it.each<[expression: string, code: string, said: string, position: number]>([
      ['steps."c_d".output', 'step_not_before', 'the step "c_d" stands behind this one, ', 1],
      ['{ "x": $sum(steps.`c_d`.output) }', 'step_not_before', '(column 13)', 13],
      ['(\n  $x := 1;\n  $$.`steps`.b\n)', 'step_not_before', 'while it runs itself (line 3, column 6)', 19],
      ['body.lines.(amount * $$.steps.nope.output)', 'unknown_step', 'there is no step "nope"; there are a, b, c_d (column 25)', 25],
      ['$map(body, function($v) { steps.nope })', 'unknown_step', 'there is no step "nope"', 27],
      ['$exists(body.x) ? steps.a.output : steps.nope.output', 'unknown_step', '(column 36)', 36],
      ['steps.a.total', 'unknown_field', 'a step has status, code, output; did you mean steps.a.output.total? (column 1)', 1],
    ])('refuses %j', (expression, code, said, position) =>
      expect(told(expression)).toEqual([['/steps/1/expression', code, expect.stringContaining(said), position]]),
    )

    it('is no fault of what was published before the rule', () => {
      const expression = 'steps.nope'
      const definition = { name: 'a', trigger: { kind: 'job' as const }, steps: [{ id: 'a', kind: 'transform' as const, expression }] }
      expect(compileDefinition(definition, new Map([[expression, readTransform(expression)]]), { kept: true })).toMatchObject({
        ok: true,
        warnings: [{ pointer: '/steps/0/expression', code: 'unknown_step' }],
      })
    })
  })

  it('R51: allows webhook_response only where a webhook listener starts the flow, also in rescue and branches', () => {
    expect(faults([respond({})])).toEqual([])
    expect(faults([respond({})], { kind: 'job' })).toEqual([['/steps/0/kind', 'response_without_webhook']])
    expect(faults([], { kind: 'event', eventTypes: ['a.*'] }, [respond({})])).toEqual([['/rescue/0/kind', 'response_without_webhook']])
  })

  it('R8: refuses a bearer token beside an Authorization header, however it is spelt', () => {
    expect(faults([send({ bearerToken: '{{ secrets.a }}', headers: { aUTHORIZATION: 'x' } })])).toEqual([
      ['/steps/0/bearerToken', 'authorization_twice'],
    ])
    expect(faults([send({ headers: { Authorization: 'Basic {{ secrets.a }}' } })])).toEqual([])
    expect(warnings([send({ bearerToken: 'literal' })])).toEqual([['/steps/0/bearerToken', 'literal_secret']])
  })

  it('R11: refuses headers of the connection, headers Posthorn writes, and content types that are not JSON', () => {
    for (const name of ['Host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'webhook-signature', 'bad name']) {
      expect(faults([send({ headers: { [name]: 'x' } })]), name).toEqual([[`/steps/0/headers/${name}`, 'invalid_header']])
    }
    expect(faults([send({ headers: { 'Content-Type': 'text/xml' } })])).toEqual([['/steps/0/headers/Content-Type', 'invalid_header']])
    expect(
      faults([
        send({ headers: { 'Content-Type': 'application/vnd.api+json', 'X-API-Key': '{{ secrets.k }}', 'X-Signature': '{{ meta.s }}' } }),
      ]),
    ).toEqual([])
    expect(faults([send({ headers: { 'X-A': '1', 'x-a': '2' } })])).toEqual([['/steps/0/headers/x-a', 'invalid_header']])
  })

  it('R54: refuses literals in headers of a reply that are longer than clients take, one or all', () => {
    const y = 'y'.repeat(6000)
    expect(faults([respond({ headers: { 'X-A': 'x'.repeat(8192) } })])).toEqual([['/steps/0/headers/X-A', 'invalid_header']])
    expect(faults([respond({ headers: { 'X-A': y, 'X-B': [y, y] } })])).toEqual([['/steps/0/headers', 'invalid_header']])
    expect(faults([respond({ headers: { 'X-A': y, 'X-B': [y, '{{ body.y }}'] } })])).toEqual([])
  })

  it('R54: refuses line breaks in headers, out and in replies, and hop-by-hop headers in replies', () => {
    expect(faults([send({ headers: { 'X-A': 'a\r\nX-B: c' } })])).toEqual([['/steps/0/headers/X-A', 'invalid_header']])
    expect(faults([respond({ headers: { 'X-A': 'a\nb' } })])).toEqual([['/steps/0/headers/X-A', 'invalid_header']])
    expect(faults([respond({ headers: { 'Set-Cookie': ['a=1', 'b=2\r\n'] } })])).toEqual([
      ['/steps/0/headers/Set-Cookie/1', 'invalid_header'],
    ])
    for (const name of ['Connection', 'Keep-Alive', 'Transfer-Encoding', 'Upgrade', 'TE', 'Trailer', 'Content-Length']) {
      expect(faults([respond({ headers: { [name]: 'x' } })]), name).toEqual([[`/steps/0/headers/${name}`, 'invalid_header']])
    }
  })

  it('R54: refuses a header of a reply that is there twice, which would answer with one of the two', () => {
    expect(faults([respond({ headers: { 'X-A': '1', 'x-a': '2' } })])).toEqual([['/steps/0/headers/x-a', 'invalid_header']])
    expect(faults([respond({ headers: { 'X-A': ['1', '2'] } })])).toEqual([])
  })

  it('R101: refuses headers of a reply that Posthorn writes itself', () => {
    for (const name of ['Posthorn-Request-Id', 'Date', 'Content-Security-Policy'])
      expect(faults([respond({ headers: { [name]: 'x' } })]), name).toEqual([[`/steps/0/headers/${name}`, 'invalid_header']])
  })

  it('R4 R10: refuses a templated host, warns of credentials in the URL and of http', () => {
    expect(faults([send({ url: 'https://{{ body.host }}/x' })])).toEqual([['/steps/0/url', 'invalid_url']])
    expect(faults([send({ url: 'https://{{ body.host }}/x', templatedHost: true })])).toEqual([])
    expect(faults([send({ url: 'not a url' })])).toEqual([['/steps/0/url', 'invalid_url']])
    expect(warnings([send({ url: 'https://a.example/?token=x' })])).toEqual([['/steps/0/url', 'url_warning']])
    expect(warnings([send({ url: 'http://a.example/' })])).toEqual([['/steps/0/url', 'url_warning']])
  })

  it('keeps secrets out of everything but outbound headers, bearerToken and signing', () => {
    const places: [unknown[], string][] = [
      [[send({ url: 'https://a.example/{{ secrets.a }}' })], '/steps/0/url'],
      [[send({ event: '{{ secrets.a }}' })], '/steps/0/event'],
      [[{ id: 'a', kind: 'set_meta', meta: { x: '{{ secrets.a }}' } }], '/steps/0/meta/x'],
      [[{ id: 'a', kind: 'emit_event', eventType: 'a.b', payload: ['{{ secrets.a }}'] }], '/steps/0/payload/0'],
      [[{ id: 'a', kind: 'fail', message: '{{ secrets.a }}' }], '/steps/0/message'],
      [[respond({ headers: { 'X-A': '{{ secrets.a }}' } })], '/steps/0/headers/X-A'],
      [[respond({ body: '{{ secrets.a }}' })], '/steps/0/body'],
      [[{ id: 'a', kind: 'stop', when: '{{ secrets.a }}' }], '/steps/0/when'],
    ]
    for (const [steps, pointer] of places) expect(faults(steps), pointer).toEqual([[pointer, 'template_error']])
    expect(faults([send({ signing: { profile: 'standard', secret: 'whsec_literal' } })])).toEqual([
      ['/steps/0/signing/secret', 'secret_expected'],
    ])
  })

  it('checks event types of triggers and of emit_event', () => {
    expect(faults([], { kind: 'event', eventTypes: ['invoice.*', '*', 'a b'] })).toEqual([['/trigger/eventTypes/2', 'invalid_event_type']])
    expect(faults([{ id: 'a', kind: 'emit_event', eventType: 'a b' }])).toEqual([['/steps/0/eventType', 'invalid_event_type']])
  })

  it('warns of an event id that is the same in every run, so that receivers take all but the first for copies', () => {
    const emit = { id: 'a', kind: 'emit_event', eventType: 'a.b' }
    expect(warnings([{ ...emit, eventId: 'paid' }])).toEqual([['/steps/0/eventId', 'same_event_id']])
    for (const eventId of ['paid-{{ body.id }}', '{{ run.key }}', '', undefined]) expect(warnings([{ ...emit, eventId }])).toEqual([])
  })

  it('refuses texts that would fail in every run, and leaves to the run what data makes', () => {
    const emit = { id: 'a', kind: 'emit_event', eventType: 'a.b' }
    const save = { id: 'a', kind: 'save_entry' }
    const long = 'x'.repeat(1001)
    for (const [step, at, code] of [
      [send({ event: long }), 'event', 'invalid_event'],
      [send({ event: 'a\0b' }), 'event', 'invalid_event'],
      [{ ...emit, eventId: 'a b' }, 'eventId', 'invalid_event_id'],
      [{ ...emit, channels: ['a', 'a b'] }, 'channels/1', 'invalid_channel'],
      [{ ...save, key: long }, 'key', 'invalid_key'],
      [{ ...save, tags: ['a', 'a b'] }, 'tags/1', 'invalid_tag'],
    ] as const)
      expect(faults([step]), at).toEqual([[`/steps/0/${at}`, code]])
    const data = `${long} {{ body.a }}`
    for (const step of [send({ event: data }), { ...emit, eventId: data, channels: [data] }, { ...save, key: data, tags: [data] }])
      expect(faults([step])).toEqual([])
    expect(faults([send({ event: '' }), { ...emit, eventId: '' }])).toEqual([])
  })
})
