import { describe, expect, test } from 'vitest'
import { readAtOnce } from '../body/read-body.ts'
import { dedupOf } from './dedup.ts'
import { readHeaders } from './headers.ts'
import { readValuePath, valueAt, type ValueSource } from './value-path.ts'

function source(body: string, headers: string[] = [], query = ''): ValueSource {
  return {
    headers: readHeaders(headers),
    query,
    bodyText(path) {
      const options = { contentType: 'application/json', format: 'auto', onMalformed: 'raw', depthMax: 512 } as const
      const reading = readAtOnce({ paths: [path], example: null }, Buffer.from(body), options)
      return reading.kind === 'read' ? reading.textAt(path) : undefined
    },
  }
}

describe('value paths', () => {
  const from = source('{"id":7,"data":[{"ok":true,"name":"x"}],"n":null,"e":"","o":{}}', ['X-Id', 'h1', 'X-Id', 'h2'], 'a=q&b=1&b=2')

  test.each([
    ['header:X-Id', 'h1, h2'],
    ['header:x-other', undefined],
    ['query:a', 'q'],
    ['query:b', '1,2'],
    ['query:__proto__', undefined],
    ['body.id', '7'],
    ['body.data[0].name', 'x'],
    ['body.data[0].ok', undefined],
    ['body.data[1].name', undefined],
    ['body.n', undefined],
    ['body.e', undefined],
    ['body.o', undefined],
    ['body.constructor', undefined],
    ['body.data.length', undefined],
    ['body.__proto__', undefined],
  ])('R89: %s leads to %j', (path, value) => {
    expect(valueAt([readValuePath(path)], from)).toBe(value)
  })

  test('the first path that leads to a value counts', () => {
    expect(valueAt([readValuePath('header:none'), readValuePath('body.id'), readValuePath('query:a')], from)).toBe('7')
  })

  test('a body that is not JSON leads nowhere', () => {
    expect(valueAt([readValuePath('body.id')], source('{'))).toBeUndefined()
  })
})

describe('dedup', () => {
  const rule = { paths: [readValuePath('header:x-id'), readValuePath('body.id')], keepMs: 1000 }
  const of = (body: string, headers: string[] = [], signedId: string | null = null) =>
    dedupOf(rule, { source: source(body, headers), signedId, listener: 'lst_1', request: 'req_1' })

  test('F23: the key is a digest, in the scope of the listener', () => {
    expect(of('{"id":"a"}')).toEqual({
      dedup: { scope: 'lst_1', key: expect.stringMatching(/^[0-9a-f]{64}$/), ref: 'req_1', keepMs: 1000 },
      text: 'a',
    })
    expect(of('{"id":"a"}')).toEqual(of('{ "id" : "a", "x": 1 }'))
    expect(of('{"id":"a"}')?.dedup.key).not.toBe(of('{"id":"b"}')?.dedup.key)
  })

  test('ids that differ only beyond 2^53 are two', () => {
    expect(of('{"id":12345678901234567890}')?.dedup.key).not.toBe(of('{"id":12345678901234567891}')?.dedup.key)
  })

  test('the id that the signature covers goes before a header that anybody could have written', () => {
    expect(of('{}', ['X-Id', 'made-up'], 'signed')).toEqual(of('{}', ['X-Id', 'signed']))
  })

  test("R18: the sender's own text goes on as the key of the run; what is no plain text goes on as its digest", () => {
    expect(of('{"id":"order-7"}')?.text).toBe('order-7')
    expect(of('{"id":"two words"}')?.text).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each(['false', 'true', 'null', '""', '"  "', '{}', '{"a":1}', '[]', '[1]'])(
    '%s tells no event from another, so it makes no copies',
    (id) => {
      expect(of(`{"id":${id}}`)).toBeNull()
    },
  )

  test.each(['0', '-1', '1.5', '"0"', '"false"', '" x "'])('%s is an id', (id) => {
    expect(of(`{"id":${id}}`)).not.toBeNull()
  })

  test('headers and parameters that are all blank are none', () => {
    expect(of('{}', ['X-Id', '', 'X-Id', ' '])).toBeNull()
    expect(valueAt([readValuePath('query:a')], source('', [], 'a=&a='))).toBeUndefined()
    expect(valueAt([readValuePath('query:a')], source('', [], 'a=&a=1'))).toBe(',1')
  })

  test('a request without the key is never a copy', () => {
    expect(of('{}')).toBeNull()
    expect(dedupOf(null, { source: source('{"id":1}'), signedId: 'x', listener: 'lst_1', request: 'req_1' })).toBeNull()
  })
})
