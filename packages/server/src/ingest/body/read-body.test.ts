import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ParseOptions } from '#platform'
import { readValuePath, type BodyPath } from '../request/value-path.ts'
import type { Example } from './expected.ts'
import { longestTurnMs } from '../../../../../test/support/longest-turn.ts'
import { readAtOnce, readInTurns, type BodyQuestions, type BodyReading } from './read-body.ts'

const FORM = 'application/x-www-form-urlencoded'
const options: ParseOptions = { contentType: 'application/json', format: 'auto', onMalformed: 'reject', depthMax: 512 }
const asked = (paths: readonly string[], example: Example | null = null): BodyQuestions => ({
  paths: paths.map(readValuePath).filter((path): path is BodyPath => path.in === 'body'),
  example,
})

function answers(reading: BodyReading, { paths }: BodyQuestions) {
  return reading.kind === 'read' ? { texts: paths.map((path) => reading.textAt(path)), faults: reading.faults() } : { kind: reading.kind }
}

async function bothRoads(questions: BodyQuestions, body: Uint8Array | string, more: Partial<ParseOptions> = {}) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const slow = answers(await readInTurns(questions, bytes, { ...options, ...more }), questions)
  expect(slow).toEqual(answers(readAtOnce(questions, bytes, { ...options, ...more }), questions))
  return slow
}

// Few names and short lists, so that paths and examples meet what they look for.
const name = fc.constantFrom('a', 'b', '0', 'a/b', '__proto__', 'constructor', 'é"')
const leaf = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '0', '-1.50', '1e2', '12345678901234567890', '1e400', '""'),
  fc.string({ maxLength: 4 }).map((text) => JSON.stringify(text)),
)
/** As text, with equal names twice and spaces, as senders may write it. */
const { document } = fc.letrec<{ document: string }>((tie) => ({
  document: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('document'), { maxLength: 4 }).map((items) => `[${items.join(' ,')}]`),
    fc
      .array(fc.tuple(name, tie('document')), { maxLength: 4 })
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)} :${value}`).join(', ')}}`),
  ),
}))
const path = fc
  .array(fc.constantFrom('.a', '.b', '.0', '[0]', '[1]', '.__proto__', '.constructor'), { maxLength: 4 })
  .map((steps) => `body${steps.join('')}`)

describe('a large body, scanned, and a small one, parsed', () => {
  test('R89: have the same values at every path and the same faults', async () => {
    const property = fc.asyncProperty(document, document, fc.array(path, { maxLength: 4 }), async (body, example, paths) => {
      await bothRoads(asked(paths, JSON.parse(example) as Example | null), body)
    })
    await fc.assert(property, { numRuns: 1000 })
  })

  test('F25: are malformed alike, wherever they were damaged', async () => {
    const property = fc.asyncProperty(
      document,
      fc.nat(),
      fc.constantFrom('', '"', ',', ']', '}', '0', '-', '\\'),
      async (text, at, insert) => {
        const place = at % (text.length + 1)
        await bothRoads(asked(['body.a']), text.slice(0, place) + insert + text.slice(place + 1))
      },
    )
    await fc.assert(property, { numRuns: 1000 })
  })

  test.each([
    ['a byte order mark', '\ufeff{"a":"é"}', {}],
    ['UTF-16', Buffer.from('\ufeff{"a":"é"}', 'utf16le'), {}],
    ['Latin-1', Buffer.from('{"a":"é"}', 'latin1'), { contentType: 'application/json; charset=iso-8859-1' }],
    ['no type', '{"a":"é"}', { contentType: null }],
    ['a listener that reads everything as JSON', '{"a":"é"}', { contentType: 'text/plain', format: 'json' as const }],
  ])('R95: are read in the same charset: %s', async (_, body, more) => {
    expect(await bothRoads(asked(['body.a']), body, more)).toEqual({ texts: ['é'], faults: [] })
  })

  test.each([
    ['bytes that are no UTF-8', Buffer.from('{"a":"é"}', 'latin1'), {}],
    ['an unknown charset', '{"a":1}', { contentType: 'application/json; charset=ebcdic' }],
    ['513 levels', '['.repeat(513) + ']'.repeat(513), {}],
    ['513 levels without a type', '['.repeat(513) + ']'.repeat(513), { contentType: null }],
    ['a form', 'a=1', { contentType: 'application/x-www-form-urlencoded' }],
    ['what anything may be', '{"a":', { onMalformed: 'raw' as const }],
  ])('F25: are refused or taken alike: %s', async (_, body, more) => {
    expect(await bothRoads(asked(['body.a'], { a: 1 }), body, more)).toBeDefined()
  })

  test('R95: are read alike where characters and values lie across the steps', async () => {
    const text = JSON.stringify({
      before: 'é€😀'.repeat(30_000),
      a: '😀'.repeat(16_000),
      list: Array.from({ length: 30_000 }, (_, i) => ({ i })),
    })
    for (let shift = 0; shift < 5; shift++) {
      const questions = asked(['body.a', 'body.list[29999].i'], { list: [{ i: 1 }] })
      const { texts, faults } = (await bothRoads(questions, ' '.repeat(shift) + text)) as { texts: string[]; faults: unknown[] }
      expect([texts[0]!.length, texts[1], faults]).toEqual([32_000, '29999', []])
      await bothRoads(questions, Buffer.from(' '.repeat(shift) + text, 'utf16le'), { contentType: 'application/json; charset=utf-16le' })
    }
  })
})

test('a text of more than 64 KiB is neither an id nor an event type, and is not read', async () => {
  const questions = asked(['body.id', 'body.type'])
  const body = Buffer.from(JSON.stringify({ id: 'x'.repeat(70_000), type: 'a.b' }))
  const reading = await readInTurns(questions, body, options)
  expect(answers(reading, questions)).toMatchObject({ texts: [undefined, 'a.b'] })
})

test('neither is that of a form', async () => {
  const questions = asked(['body.id', 'body.type'])
  const reading = await readInTurns(questions, Buffer.from(`id=${'x'.repeat(70_000)}&type=a.b`), { ...options, contentType: FORM })
  expect(answers(reading, questions)).toMatchObject({ texts: [undefined, 'a.b'] })
})

describe('large forms', () => {
  test.each([
    ['ten megabytes of escapes', `a=${'%e9'.repeat(3_400_000)}`],
    ['ten megabytes of fields', 'a&'.repeat(5_000_000)],
    ['ten megabytes of beginnings of charsets', 'x_charset_='.repeat(900_000)],
  ])('are read in small steps: %s', async (_, body) => {
    const questions = asked(['body.a'], { a: [{ b: 1 }] })
    const bytes = Buffer.from(body)
    const longestMs = await longestTurnMs(() => readInTurns(questions, bytes, { ...options, contentType: FORM }), { times: 3 })
    expect(longestMs).toBeLessThan(30) // forty to ninety when a name, a value and all fields were read in one piece
  })

  test('R95: say the same as small ones, whatever else is in them', async () => {
    const questions = asked(['body.id', 'body.many[1]'], { id: 'x', many: ['x'], gone: 'x' })
    const wanted = 'id=%C3%A9+1&many=1&many=2'
    const small = answers(readAtOnce(questions, Buffer.from(wanted), { ...options, contentType: FORM }), questions)
    const large = await readInTurns(questions, Buffer.from(`${'other=1&'.repeat(10_000)}${wanted}`), { ...options, contentType: FORM })
    expect(answers(large, questions)).toEqual(small)
    expect(small).toMatchObject({ texts: ['é 1', '2'], faults: [{ pointer: '/body/gone' }] })
  })
})

describe('an example with ninety thousand names', () => {
  const names = Object.fromEntries(Array.from({ length: 90_000 }, (_, i) => [`name${i}`, 1]))

  test.each([
    ['a body of spaces', names, Buffer.from(`${' '.repeat(70_000)}{}`)],
    ['a body of many objects', [[names]], Buffer.from(`[${'[{}],'.repeat(20_000)}[{}]]`)],
  ])('is not gone through for %s', async (_, example, body) => {
    const questions = asked([], example as Example)
    const first = await readInTurns(questions, body, options)
    expect(first.kind === 'read' && first.faults().length).toBe(20)
    const longestMs = await longestTurnMs(() => readInTurns(questions, body, options), { times: 3 })
    expect(longestMs).toBeLessThan(30) // a hundred and more when it was listed each time
  })

  test('is not gone through for small bodies either', () => {
    const questions = asked([], names as Example)
    const read = () => {
      const reading = readAtOnce(questions, Buffer.from('{"a":1}'), options)
      return reading.kind === 'read' && reading.faults().length
    }
    expect(read()).toBe(20)
    const before = process.threadCpuUsage()
    for (let i = 0; i < 20; i++) read()
    const { user, system } = process.threadCpuUsage(before)
    expect(user + system).toBeLessThan(50_000) // twenty requests took four hundred milliseconds
  })
})

describe('what is no JSON', () => {
  const paths = asked(['body.a', 'body.list[1]', 'body.o.@id', 'body.o.i[1].#text'], { o: { a: 'x' } })
  const types: [contentType: string, body: string, texts: (string | undefined)[]][] = [
    ['application/x-www-form-urlencoded', 'a=1&list=x&list=y%20z', ['1', 'y z', undefined, undefined]],
    ['application/xml', '<o id="7"><i>1</i><i n="2">b</i></o>', [undefined, undefined, '7', 'b']],
    ['application/xml', '<o>', []],
    ['text/plain', 'a=1', [undefined, undefined, undefined, undefined]],
  ]

  test.each(types)('%s is asked for its values on both roads: %s', async (contentType, body, texts) => {
    const read = await bothRoads(paths, body, { contentType })
    if (texts.length === 0) expect(read).toEqual({ kind: 'malformed' })
    else expect(read).toMatchObject({ texts })
    await bothRoads(paths, body, { contentType, onMalformed: 'raw' })
    await bothRoads(paths, body, { contentType, format: 'text' })
    await bothRoads(paths, body, { contentType, format: 'xml' })
  })
})
