import { describe, expect, test } from 'vitest'
import { listenerIn, type ListenerExpected } from '#domain'
import { readHeaders } from '../request/headers.ts'
import { mismatches } from './expected.ts'
import { readAtOnce } from './read-body.ts'

const expectedOf = (expected: unknown): ListenerExpected =>
  listenerIn.parse({ name: 'a', suffix: '/a', auth: { kind: 'none' }, expected: { strict: true, ...(expected as object) } }).expected

function faults(expected: unknown, body: string, more: { headers?: string[]; query?: string } = {}): string[] {
  const wanted = expectedOf(expected)
  const options = { contentType: 'application/json', format: 'auto', onMalformed: 'reject', depthMax: 512 } as const
  const reading = readAtOnce({ paths: [], example: wanted.body ?? null }, Buffer.from(body), options)
  const bodyFaults = () => (reading.kind === 'read' ? reading.faults() : [])
  const request = { headers: readHeaders(more.headers ?? []), query: more.query ?? '', bodyFaults }
  return mismatches(wanted, request).map((fault) => `${fault.pointer} ${fault.code}`)
}

describe('strict structure', () => {
  const body = { id: 'a', n: 1, ok: true, nothing: null, list: [{ x: 1 }], deep: { 'a/b~c': 'y' } }

  test('what has the names and kinds of the example passes, whatever its values and whatever comes besides', () => {
    expect(faults({ body }, '{"id":"","n":12345678901234567890,"ok":false,"nothing":[1],"list":[],"deep":{"a/b~c":"z"},"more":1}')).toEqual(
      [],
    )
  })

  test('each difference is named by its place', () => {
    expect(faults({ body }, '{"id":1,"n":"1","ok":null,"list":[{"x":1},{},{"x":[]}],"deep":{}}')).toEqual([
      '/body/id type',
      '/body/n type',
      '/body/ok type',
      '/body/list/1/x missing',
      '/body/list/2/x type',
      '/body/deep/a~1b~0c missing',
    ])
  })

  test('R47: expected headers and parameters must be there, with any value, unless they are optional', () => {
    const expected = {
      headers: [
        { name: 'X-A', value: 'example' },
        { name: 'X-B', required: false },
      ],
      query: [{ name: 'v', value: '1' }],
    }
    expect(faults(expected, '{}')).toEqual(['/headers/X-A missing', '/query/v missing'])
    expect(faults(expected, '{}', { headers: ['x-a', 'other'], query: 'v=2' })).toEqual([])
  })

  test('a body that is not JSON is missing, and names of objects are not its own', () => {
    expect(faults({ body: { id: 1 } }, '')).toEqual(['/body missing'])
    expect(faults({ body: { constructor: 'a', toString: 'b' } }, '{}')).toEqual(['/body/constructor missing', '/body/toString missing'])
  })

  test('stops at twenty faults', () => {
    expect(faults({ body: [1] }, JSON.stringify(Array.from({ length: 100 }, () => 'x')))).toHaveLength(20)
  })
})
