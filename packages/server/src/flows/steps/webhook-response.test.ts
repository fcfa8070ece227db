import { stepSchemas, type DefinitionFault, type StepOf } from '@posthorn/contract'
import { describe, expect, it } from 'vitest'
import { replyBytes } from '#domain'
import { parseBody } from '#platform'
import { createSlots } from '../mapping/slots.ts'
import { compileWebhookResponseStep } from './webhook-response.ts'
import type { StepContext } from '../segment/step-outcome.ts'

function compile(fields: object) {
  const warnings: DefinitionFault[] = []
  const step = stepSchemas.webhook_response.parse({ id: 'reply', kind: 'webhook_response', ...fields }) as StepOf<'webhook_response'>
  const faults: DefinitionFault[] = []
  const { run } = compileWebhookResponseStep(
    step,
    createSlots({ path: [], stepIds: new Set(), neverBefore: () => undefined, faults, warnings, onSecret: () => {}, onRead: () => {} }),
  )
  return {
    faults,
    warnings,
    run: (body: unknown) => run({ run: { id: 'run_1' }, trigger: { body }, answered: false } as unknown as StepContext),
  }
}

function answer(fields: object, body: unknown = null) {
  const { faults, run } = compile(fields)
  expect(faults).toEqual([])
  const outcome = run(body)
  if (outcome.kind === 'failed') return [outcome.code, outcome.paths]
  const { reply } = (outcome as unknown as { effect: { reply: Parameters<typeof replyBytes>[0] } }).effect
  return [
    reply.status,
    reply.headers['content-type'],
    reply.body === null ? null : Buffer.from(replyBytes(reply)).toString('latin1'),
    reply,
  ]
}

const typeAndBody = (fields: object, body?: unknown) => answer(fields, body).slice(1, 3)

describe('R55, R102: the body of an answer', () => {
  it('is made in the format that the step says', () => {
    expect(typeAndBody({ bodyFormat: 'json', body: 'a "text"' })).toEqual(['application/json', '"a \\"text\\""'])
    expect(typeAndBody({ bodyFormat: 'text', body: { a: 1 } })).toEqual(['text/plain; charset=utf-8', '{"a":1}'])
    expect(typeAndBody({ bodyFormat: 'xml', body: '<a/>' })).toEqual(['application/xml', '<a/>'])
    expect(typeAndBody({ bodyFormat: 'xml', body: '<a/>', headers: { 'Content-Type': 'text/xml' } })).toEqual(['text/xml', '<a/>'])
    for (const text of ['/+8A', '_-8A', '_-8'])
      expect(typeAndBody({ bodyFormat: 'base64', body: text })[1]!.toString().slice(0, 2)).toBe('\u00ff\u00ef')
    expect(
      typeAndBody({ bodyFormat: 'base64', body: '{{ body.file }}', headers: { 'Content-Type': 'image/png' } }, { file: 'iVBORw==' }),
    ).toEqual(['image/png', '\u0089PNG'])
    expect(typeAndBody({ bodyFormat: 'xml', body: null })).toEqual([undefined, null])
  })

  it('is a fault of the step where it cannot be made', () => {
    const made = (bodyFormat: string, body: unknown) => answer({ bodyFormat, body: '{{ body }}' }, body)
    for (const body of ['a', 'a b=', '\u00e9\u00e9', { a: 1 }]) expect(made('base64', body)).toEqual(['invalid_body', ['body']])
    for (const body of [{ a: 1, b: 2 }, [1], 5, { a: [1] }, { 'a b': 1 }, { a: { '@x': {} } }, { a: '\u0001' }, { a: { 'xm:l:ns': '' } }])
      expect(made('xml', body), JSON.stringify(body)).toEqual(['invalid_body', ['body']])
    const large = { a: 'x'.repeat(1024 * 1024) }
    expect(() => made('xml', large)).toThrow(/larger/)
    expect(() => made('text', large)).toThrow(/larger/)
  })

  it('is XML of an object, which is read back as the same object', () => {
    const order = {
      'o:order': {
        '@id': '7',
        '@note': 'a "b"\n<c>',
        line: [{ '@n': '1', '#text': 'x & y' }, { '@n': '2' }],
        note: '<script> ]]> \u20ac',
        empty: '',
        deep: { a: '1' },
      },
    }
    const [, , , reply] = answer({ bodyFormat: 'xml', body: order }) as [number, string, string, Parameters<typeof replyBytes>[0]]
    const parsed = parseBody(replyBytes(reply), { contentType: 'application/xml', format: 'auto', onMalformed: 'reject', depthMax: 50 })
    expect(parsed.kind === 'xml' && (JSON.parse(JSON.stringify(parsed.value())) as unknown)).toEqual(order)
    expect(typeAndBody({ bodyFormat: 'xml', body: { a: { n: '{{ body.n }}', none: null, yes: true } } }, { n: 5 })[1]).toContain(
      '<a><n>5</n><none/><yes>true</yes></a>',
    )
  })
})

describe('R51: a redirect', () => {
  it('sends the caller to a URL, with no body of its own', () => {
    const fields = { redirect: 'https://www.example.com/thanks/{{ body.name }}?n={{ body.name }}' }
    const [status, , body, reply] = answer(fields, { name: 'a b&c/..' }) as [number, string, null, { headers: object }]
    expect([status, body, reply.headers]).toEqual([
      302,
      null,
      { location: 'https://www.example.com/thanks/a%20b%26c%2F..?n=a%20b%26c%2F..' },
    ])
    expect(answer({ ...fields, status: 303 }, { name: 'x' })[0]).toBe(303)
    expect(answer({ redirect: 'https://www.example.com/', status: 307, body: 'Moved.' }).slice(0, 3)).toEqual([
      307,
      'text/plain; charset=utf-8',
      'Moved.',
    ])
  })

  it('goes where the flow says, and never where the data does', () => {
    const pointers = (fields: object) => compile(fields).faults.map(({ pointer }) => pointer)
    expect(pointers({ redirect: '{{ body.next }}' })).toEqual(['/redirect'])
    expect(pointers({ redirect: 'javascript:alert(1)' })).toEqual(['/redirect'])
    expect(pointers({ redirect: 'https://a.example/', status: 200 })).toEqual(['/status'])
    expect(pointers({ redirect: 'https://a.example/', headers: { location: 'https://b.example/' } })).toEqual(['/headers'])
    const open = { redirect: '{{ body.next }}', templatedHost: true }
    expect(answer(open, { next: 'https://b.example/x' })[0]).toBe(302)
    for (const next of ['javascript:alert(1)', '/relative', 'https://a.example/\r\nSet-Cookie: a=b'])
      expect(answer(open, { next })).toEqual(['invalid_url', ['redirect']])
  })
})

describe('a body that is an entry', () => {
  it('leaves no place for another body', () => {
    const { faults } = compile({ entry: 'manual', body: { a: 1 }, bodyFormat: 'json', redirect: 'https://a.example/' })
    expect(faults.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/body', 'invalid_entry'],
      ['/bodyFormat', 'invalid_entry'],
      ['/redirect', 'invalid_entry'],
    ])
  })
})

describe('what no run could answer is said when the flow is saved', () => {
  const told = (fields: object) => compile(fields).faults.map(({ pointer, code }) => [pointer, code])

  it('R53: a status that is none', () => {
    for (const statusOverride of ['abc', 1000, -5, true, '99', '2 00'])
      expect(told({ statusOverride })).toEqual([['/statusOverride', 'invalid_status']])
    for (const statusOverride of ['404', 404, false, null, ' ', '{{ body.code }}'])
      expect(told({ statusOverride }), String(statusOverride)).toEqual([])
    expect(compile({ statusOverride: 'abc' }).faults[0]?.message).toBe('statusOverride is "abc", and not a status from 200 to 599.')
  })

  it('R54: a header that is there twice', () => {
    expect(told({ headers: { 'X-A': '1', 'x-a': '{{ body.a }}' } })).toEqual([['/headers/x-a', 'invalid_header']])
  })

  it('R55: a body that its format cannot say', () => {
    expect(told({ bodyFormat: 'base64', body: '###' })).toEqual([['/body', 'invalid_body']])
    expect(told({ bodyFormat: 'xml', body: [1] })).toEqual([['/body', 'invalid_body']])
    expect(told({ bodyFormat: 'xml', body: { a: ['{{ body.a }}'] } })).toEqual([])
  })

  it('R57: a body that is never sent', () => {
    const warned = (fields: object) => compile(fields).warnings.map(({ pointer, code }) => [pointer, code])
    expect(warned({ status: 204, body: { a: 1 } })).toEqual([['/body', 'body_not_sent']])
    expect(warned({ status: 204, body: null })).toEqual([])
    expect(warned({ status: 204, body: { a: 1 }, statusOverride: '{{ body.code }}' })).toEqual([])
  })
})

it('R53: what data has made of the status is told to the owner of the flow, and not to the caller', () => {
  const { run } = compile({ statusOverride: '{{ body }}' })
  const said = (body: unknown) => {
    const outcome = run(body) as { message: string; effect: { reply: { body: string } } }
    expect(outcome.effect.reply.body).toContain('"message":"statusOverride is not a status from 200 to 599."')
    return outcome.message
  }
  expect(said(-5)).toBe('statusOverride is -5, and not a status from 200 to 599.')
  expect(said('x'.repeat(100))).toBe(`statusOverride is "${'x'.repeat(60)}", and not a status from 200 to 599.`)
  expect(said({ a: 1 })).toBe('statusOverride is an object, and not a status from 200 to 599.')
  expect(said([1])).toBe('statusOverride is a list, and not a status from 200 to 599.')
})
