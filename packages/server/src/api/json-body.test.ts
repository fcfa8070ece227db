import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '#domain'
import { parseBody } from './json-body.ts'
import { elementsBytes, memberBytes } from './message/member-bytes.ts'

const LARGE = 64 * 1024
/** White space in front makes any body a large one. */
const large = (text: string): Buffer => Buffer.from(' '.repeat(LARGE + 1) + text)
const parse = (raw: Uint8Array, opaque: string[] = []) => parseBody(raw, { contentEncoding: undefined, opaque, exact: false })

describe('a large body of a call', () => {
  test('is read as a small one is, and so are the bytes of its members', async () => {
    const name = fc.constantFrom('payload', 'data', 'messages', 'a', '__proto__', 'é"')
    const object = fc.dictionary(name, fc.jsonValue({ maxDepth: 2 }))
    const body = fc.oneof(object, fc.record({ messages: fc.array(fc.oneof(object, fc.jsonValue({ maxDepth: 1 }))), payload: object }))
    const property = fc.asyncProperty(body, async (value) => {
      const text = JSON.stringify(value, undefined, 1)
      const [small, big] = [Buffer.from(text), large(text)]
      expect(await parse(big)).toEqual(parse(small))
      for (const member of ['payload', 'messages', 'a', '__proto__', 'é"']) {
        const bytes = memberBytes(big, member)
        expect(bytes && Buffer.from(bytes).toString()).toEqual(bytesText(memberBytes(small, member)))
      }
      if (!Array.isArray((value as { messages?: unknown }).messages)) return
      const [elements, wanted] = [elementsBytes(memberBytes(big, 'messages')!), elementsBytes(memberBytes(small, 'messages')!)]
      expect(elements.map(bytesText)).toEqual(wanted.map(bytesText))
      for (const [i, element] of elements.entries()) {
        if (bytesText(element)!.startsWith('{'))
          expect(bytesText(memberBytes(element, 'payload'))).toEqual(bytesText(memberBytes(wanted[i]!, 'payload')))
      }
    })
    await fc.assert(property, { numRuns: 300 })
  })

  test('is not parsed where only bytes are used; of equal names the last counts', async () => {
    const raw = large(
      '{"payload":[1],"a":{"payload":{"x":1}},"messages":[{"payload":{"y":[2]},"b":{"payload":3}},4],"payload":{"z":1e400}}',
    )
    expect(await parse(raw, ['payload'])).toEqual({
      payload: {},
      a: { payload: { x: 1 } },
      messages: [{ payload: {}, b: { payload: 3 } }, 4],
    })
    expect(bytesText(memberBytes(raw, 'payload'))).toBe('{"z":1e400}')
  })

  test.each([
    ['[1,', 'malformed_json'],
    ['['.repeat(513), 'malformed_json'],
    [`["\xff"]`, 'malformed_json'],
    [`{"a":[1${',1'.repeat(100_000)}]}`, 'payload_too_large'],
  ])('is refused: %.20s', async (text, code) => {
    const raw = text.includes('\xff') ? Buffer.concat([large(''), Buffer.from(text, 'latin1')]) : large(text)
    const error: unknown = await Promise.resolve(parse(raw)).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).toBe(code)
  })

  test('F25: holds the event loop for a few milliseconds, whatever four megabytes of messages hold', async () => {
    const messages = `{"messages":[{"eventType":"a","payload":{"a":[[]${',[]'.repeat(1_300_000)}]}}]}`
    let longest = 0
    let last = process.threadCpuUsage()
    let running = true
    const look = () => {
      const now = process.threadCpuUsage()
      longest = Math.max(longest, now.user + now.system - last.user - last.system)
      last = now
      if (running) setImmediate(look)
    }
    const raw = Buffer.from(messages)
    last = process.threadCpuUsage()
    setImmediate(look)
    await parse(raw, ['payload'])
    expect(memberBytes(elementsBytes(memberBytes(raw, 'messages')!)[0]!, 'payload')).toHaveLength(3_900_010)
    await new Promise(setImmediate)
    running = false
    expect(longest / 1000).toBeLessThan(150)
  })
})

function bytesText(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString()
}
