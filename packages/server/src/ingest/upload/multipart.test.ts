import { describe, expect, test } from 'vitest'
import { boundaryOf, readParts, type Pieces } from './multipart.ts'
import { readPartHead } from './part-head.ts'

/** A body in pieces of so many bytes. */
function cut(body: Uint8Array, bytes: number): Pieces {
  let at = 0
  return {
    async next() {
      if (at >= body.length) return undefined
      return body.subarray(at, (at += bytes))
    },
  }
}

async function partsOf(body: Uint8Array, bytes: number, boundary = 'xYz') {
  const parts: (readonly [field: string | undefined, content: string])[] = []
  await readParts(cut(body, bytes), boundary, async ({ headers, content }) => {
    const read = Buffer.concat(await Array.fromAsync(content))
    parts.push([headers && readPartHead(headers)?.field, read.toString('latin1')])
  })
  return parts
}

const form = Buffer.from(
  'a preamble\r\n--xYz\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--xYz\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n' +
    'Content-Type: text/plain\r\n\r\n--xY\r\n--xY z\r\n-\r\n\r\n--xYz\r\nContent-Disposition: form-data; name="e"\r\n\r\n\r\n--xYz--\r\nan epilogue',
)

describe('the parts of a form', () => {
  test('R96: are the same, wherever the body is cut', async () => {
    const whole = [
      ['a', '1'],
      ['f', '--xY\r\n--xY z\r\n-\r\n'],
      ['e', ''],
    ]
    for (let bytes = 1; bytes <= form.length; bytes++) expect(await partsOf(form, bytes), `${bytes}`).toEqual(whole)
  })

  test('end where enough is held, while whoever takes them is slow', async () => {
    // Some of these lengths fill what may be held with the very bytes that end the form.
    const lengths = Array.from({ length: 64 }, (_, i) => (112 + i) * 1024)
    const took = lengths.map(async (length) => {
      const body = Buffer.from(`--xYz\r\nContent-Disposition: form-data; name="f"\r\n\r\n${'y'.repeat(length)}\r\n--xYz--\r\nan epilogue`)
      let bytes = 0
      await readParts(cut(body, 50_000), 'xYz', async ({ content }) => {
        for await (const piece of content) {
          bytes += piece.length
          for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
        }
      })
      return bytes
    })
    expect(await Promise.all(took)).toEqual(lengths)
  })

  test('S15: a body that ends anywhere before its end is none, wherever it is cut', async () => {
    const end = form.indexOf('--xYz--') + 7
    for (let length = 0; length < end; length++) {
      for (const bytes of [7, 1000]) await expect(partsOf(form.subarray(0, length), bytes), `${length}`).rejects.toThrow(/Unexpected end/)
    }
    expect(await partsOf(form.subarray(0, end), 5)).toHaveLength(3)
  })
})

test.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['Multipart/Form-Data;boundary="a b"', 'a b'],
  ['multipart/form-data; charset=utf-8; boundary=abc; x=y', 'abc'],
  ['multipart/form-data', null],
  ['multipart/form-data; boundary=', null],
  [`multipart/form-data; boundary=${'a'.repeat(71)}`, null],
  ['multipart/form-datax; boundary=abc', undefined],
  ['multipart/mixed; boundary=abc', undefined],
  ['application/json', undefined],
  [undefined, undefined],
])('the boundary of %j is %j', (type, boundary) => {
  expect(boundaryOf(type)).toBe(boundary)
})
