import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAtOnce, readInTurns, type BodyReading } from './read-body.ts'
import { readItemsPath, readValuePath, type ItemPath } from '../request/value-path.ts'

const options = { contentType: 'application/json', format: 'auto', onMalformed: 'reject', depthMax: 512 } as const
const idPath = readValuePath('item.id') as ItemPath

function asked(at: string) {
  return { paths: [], example: null, items: { at: readItemsPath(at), paths: [idPath] } }
}

const said = (reading: BodyReading) =>
  reading.kind === 'read' ? (reading.items()?.map((item) => [JSON.parse(item.json) as unknown, item.textAt(idPath)]) ?? null) : reading.kind

async function bothWays(at: string, text: string) {
  const body = Buffer.from(text)
  const atOnce = said(readAtOnce(asked(at), body, options))
  const inTurns = said(await readInTurns(asked(at), body, options))
  expect(inTurns, text).toEqual(atOnce)
  return atOnce
}

describe('the events of a body', () => {
  it.each([
    ['body', '[{"id":"a"},{"id":2},3,"x",null,[{"id":"no"}]]', ['a', '2', undefined, undefined, undefined, undefined]],
    ['body', '[]', []],
    ['body.events', '{"id":"x","events":[{"id":"a","events":[1]},{"deep":{"id":"no"}}],"more":[1]}', ['a', undefined]],
    ['body.a.b', '{"a":{"b":[{"id":"1"}]},"b":[1]}', ['1']],
    ['body.a', '{"a":[{"id":"1"}],"a":[{"id":"2"},{"id":"3"}]}', ['2', '3']],
  ])('stand at %s of %s', async (at, text, ids) => {
    expect((await bothWays(at, text)) as unknown[]).toEqual(ids.map((id) => [expect.toSatisfy(() => true), id]))
  })

  it.each([
    ['body.entry[].changes', '{"entry":[{"changes":[{"id":"a"},{"id":"b"}]},{"changes":[]},{"changes":[{"id":"c"}]}]}', ['a', 'b', 'c']],
    ['body.entry[].changes[]', '{"entry":[{"changes":[{"id":"a"}],"changes":[{"id":"b"}]}]}', ['b']],
    ['body[].a.b', '[{"a":{"b":[{"id":"1"}]}},{"a":{"b":[{"id":"2"}]}}]', ['1', '2']],
    ['body.a[].b[].c', '{"a":[{"b":[{"c":[{"id":"1"},{"id":"2"}]},{"c":[]}]},{"b":[{"c":[{"id":"3"}]}]}]}', ['1', '2', '3']],
  ])('stand in each item of another list at %s of %s', async (at, text, ids) => {
    expect(((await bothWays(at, text)) as [unknown, string][]).map(([, id]) => id)).toEqual(ids)
  })

  it('are items that have no such list themselves, so that none is passed over', async () => {
    const text = '{"entry":[{"id":"e1","messaging":[1]},{"id":"e2","changes":[{"id":"c1"}]},7,{"id":"e3","changes":{}}]}'
    expect(await bothWays('body.entry[].changes', text)).toEqual([
      [{ id: 'e1', messaging: [1] }, 'e1'],
      [{ id: 'c1' }, 'c1'],
      [7, undefined],
      [{ id: 'e3', changes: {} }, 'e3'],
    ])
    expect(await bothWays('body.entry[].changes', '{"entries":[]}')).toBeNull()
    expect(await bothWays('body.entry[].changes', '{"entry":[]}')).toEqual([])
  })

  it('are too many however they are spread', async () => {
    const spread = (outer: number, inner: number) =>
      JSON.stringify({ entry: Array.from({ length: outer }, () => ({ changes: Array.from({ length: inner }, () => 1) })) })
    for (const text of [spread(1100, 0), spread(11, 100), spread(1, 1100)])
      expect((await bothWays('body.entry[].changes', text)) as unknown[]).toHaveLength(1001)
    expect((await bothWays('body.entry[].changes', spread(10, 100))) as unknown[]).toHaveLength(1000)
  })

  it.each([
    ['body', '{"events":[1]}'],
    ['body', '"text"'],
    ['body.events', '[{"events":[1]}]'],
    ['body.events', '{"events":{"0":1}}'],
    ['body.a', '{"a":[1],"a":2}'],
    ['body.a.b', '{"a":{"b":[1]},"a":{}}'],
    ['body.a.b', '{"a":{"b":[1]},"a":[1]}'],
  ])('are none at %s of %s', async (at, text) => {
    expect(await bothWays(at, text)).toBeNull()
  })

  it('are the same found at once and in turns', async () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    const body = fc.oneof(
      value,
      fc.record({
        a: fc.oneof(value, fc.array(value), fc.record({ b: fc.array(value) }), fc.array(fc.record({ b: fc.array(value) }))),
        b: value,
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('body', 'body.a', 'body.a.b', 'body[].a', 'body.a[].b'), body, async (at, json) => {
        await bothWays(at, JSON.stringify(json))
      }),
      { numRuns: 200 },
    )
  })

  it('keep their bytes, large ones and many', async () => {
    const large = { id: 'large', text: 'x'.repeat(100_000), n: 1 }
    const read = await readInTurns(asked('body'), Buffer.from(`[{"id":"a","n":12345678901234567890}, ${JSON.stringify(large)}]`), options)
    const items = read.kind === 'read' ? read.items()! : []
    expect(items.map((item) => item.textAt(idPath))).toEqual(['a', 'large'])
    expect(items[0]!.json).toBe('{"id":"a","n":12345678901234567890}')
    const many = await readInTurns(asked('body'), Buffer.from(`[${'1,'.repeat(200_000)}1]`), options)
    expect(many.kind === 'read' && many.items()!.length).toBe(1001)
  })
})
