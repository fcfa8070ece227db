import { describe, expect, test } from 'vitest'
import type { ApplicationSnapshot, LoadedRun } from '#store'
import { runsOfEvent } from '../definition/flows-of-event.ts'
import { chainOf, messageThatStarted, runSource, traceOfStart } from './trigger-data.ts'

const snapshot = { listeners: [] } as unknown as ApplicationSnapshot

function bodyOf(body: Uint8Array | string, contentType: string | null): unknown {
  const request = {
    id: 'req_1',
    path: '/in/default/a',
    query: '',
    headers: '[]',
    body: Buffer.from(body),
    content_type: contentType,
    form: null,
    verified: null,
    origin: null,
  }
  return runSource({ run: { input: null }, request } as unknown as LoadedRun, snapshot).trigger.body
}

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 vendor="a"'

const begunBy = (run: { input: string | null }) => ({ run, request: null })

describe('the place of a run in a chain of flows', () => {
  const flows = [{ id: 'flow_1', published: { definition: '{"trigger":{"kind":"event","eventTypes":["a.b"]}}' } }]
  const started = (eventType: string, chain: number, data: string, trace: string | null = null) => {
    const patterns = [{ enabled: 1, published_version: 1, ...flows[0]! }]
    const event = { messageId: 'msg_1' as const, eventType, eventId: null, createdAt: 0, data: Buffer.from(data), chain, trace }
    return runsOfEvent({ id: 'app_1', flows: patterns } as unknown as ApplicationSnapshot, event, { make: () => 'run_1' as never })[0]!
  }

  test('is read from the beginning of what an event brings, whatever the event holds', () => {
    expect(chainOf(begunBy(started('a.b', 3, '{"chain":9,"eventType":"x"}')))).toBe(3)
    expect(chainOf(begunBy(started('a.b', 1, '"\\"chain\\":7"')))).toBe(1)
    expect(chainOf(begunBy({ input: '{"document":{"chain":9},"meta":{"chain":8}}' }))).toBe(1)
    expect(chainOf(begunBy({ input: null }))).toBe(1)
    expect(chainOf(begunBy({ input: '{"chain":4,"document":{"chain":9}}' }))).toBe(4)
  })

  test('is read from the header of a call, whatever else its headers hold', () => {
    const of = (...headers: [string, string][]) => chainOf({ run: { input: null }, request: { headers: JSON.stringify(headers) } })
    expect(of(['Host', 'a'], ['Posthorn-Chain', '5'])).toBe(5)
    expect(of(['x', '["posthorn-chain","9"]'], ['x-posthorn-chain', '8'])).toBe(1)
    for (const value of ['0', '-1', '1e9', '9999999', 'x', '']) expect(of(['posthorn-chain', value])).toBe(1)
  })

  test('the message that started it stands there too', () => {
    expect(messageThatStarted(started('a.b', 3, '{"message":"msg_2"}'))).toBe('msg_1')
    expect(messageThatStarted(started('a.b', 3, '1', TRACE))).toBe('msg_1')
    expect(messageThatStarted({ input: '{"eventType":"a.b","chain":2,"document":{"message":"msg_2"}}' })).toBe(null)
  })

  test('and so does the trace that it was started in', () => {
    expect(traceOfStart(begunBy(started('a.b', 3, '{"trace":"x"}', TRACE)))).toBe(TRACE)
    expect(chainOf(begunBy(started('a.b', 3, '1', TRACE)))).toBe(3)
    expect(traceOfStart(begunBy(started('a.b', 3, '{"trace":"x"}')))).toBeNull()
    const job = (place: string) => begunBy({ input: `{${place}"entryId":"entry_1","document":{"trace":"x","chain":9},"meta":{}}` })
    expect(traceOfStart(job(`"trace":${JSON.stringify(TRACE)},`))).toBe(TRACE)
    expect(traceOfStart(job(`"chain":4,"trace":${JSON.stringify(TRACE)},`))).toBe(TRACE)
    expect(chainOf(job(`"chain":4,"trace":${JSON.stringify(TRACE)},`))).toBe(4)
    expect(chainOf(job(`"trace":${JSON.stringify(TRACE)},`))).toBe(1)
    expect(traceOfStart(job('"chain":4,'))).toBeNull()
    expect(traceOfStart(job(''))).toBeNull()
    expect(traceOfStart(begunBy({ input: null }))).toBeNull()
    const request = { headers: JSON.stringify([['Traceparent', TRACE.slice(0, 55)]]) }
    expect(traceOfStart({ run: { input: null }, request })).toBe(TRACE.slice(0, 55))
  })
})

describe('the body that a flow sees', () => {
  test('F25: what nests deeper than JSON may is text, whatever the type says, and costs no stack', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    for (const type of [null, 'application/json', 'text/json']) expect(bodyOf(deep, type)).toBe(deep)
    expect(bodyOf('['.repeat(100_000), null)).toHaveLength(100_000)
  })

  test('R95: a form is read in its charset, as a text is', () => {
    const type = 'application/x-www-form-urlencoded'
    expect({ ...(bodyOf('name=J%F6rg', `${type}; charset=windows-1252`) as object) }).toEqual({ name: 'Jörg' })
    expect(bodyOf('_charset_=iso-8859-1&name=J%F6rg', type)).toMatchObject({ name: 'Jörg' })
    expect(bodyOf(Buffer.from('Jörg', 'latin1'), 'text/plain; charset=windows-1252')).toBe('Jörg')
    expect(bodyOf(Buffer.from('\ufeff{"name":"Jörg"}', 'utf16le'), 'application/json')).toEqual({ name: 'Jörg' })
  })

  test('R91: XML is values under the names of its elements, and text where it is none', () => {
    const order = '<o:order id="7"><line>a</line><line>b</line></o:order>'
    for (const type of ['application/xml', 'text/xml; charset=utf-8', 'application/soap+xml']) {
      expect(bodyOf(order, type)).toEqual({ 'o:order': { '@id': '7', line: ['a', 'b'] } })
    }
    expect(bodyOf('<order>', 'text/xml')).toBe('<order>')
    expect(bodyOf(order, 'text/html')).toBe(order)
  })

  test('R96, R99: a multipart form is its fields, with its files beside them', () => {
    const file = { id: 'entry_1', field: 'photo', name: 'a.png', contentType: 'image/png', size: 3, sha256: 'f' }
    const form = JSON.stringify({
      fields: [
        ['a', '1'],
        ['tag', 'x'],
        ['tag', 'y'],
        ['__proto__', 'z'],
      ],
      files: [file],
    })
    const request = {
      id: 'req_1',
      path: '/in/default/a',
      query: '',
      headers: '[]',
      body: null,
      content_type: 'multipart/form-data; boundary=x',
      form,
    }
    const { trigger, entry } = runSource({ run: { input: null }, request } as unknown as LoadedRun, snapshot)
    expect(JSON.stringify(trigger.body)).toBe('{"a":"1","tag":["x","y"],"__proto__":"z"}')
    expect([trigger.files, entry]).toEqual([[file], { id: 'entry_1', document: trigger.body }])
  })

  test('R95: what cannot be read as what it says it is, is text; what is no text is nothing', () => {
    expect(bodyOf('{"a":', 'application/json')).toBe('{"a":')
    expect(bodyOf(Uint8Array.of(0xff, 0x00), 'application/json')).toBeNull()
    expect(bodyOf('a', 'text/plain; charset=ebcdic')).toBeNull()
    expect(bodyOf('', null)).toBeNull()
  })
})
