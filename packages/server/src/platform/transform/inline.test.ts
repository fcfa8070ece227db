import fc from 'fast-check'
import jsonata from 'jsonata'
import { describe, expect, it } from 'vitest'
import { readTransform } from '../../../../../test/support/read-transform.ts'
import { parseExactJson } from '#domain'

const inlineOf = (expression: string) => {
  const compiled = readTransform(expression, ['kind'])
  if (!compiled.ok) throw new Error(compiled.message)
  return compiled.transform.inline
}
const json = (value: unknown) => JSON.stringify(value) ?? 'null'

const key = fc.constantFrom('a', 'b', 'c')
const leaf = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ noNaN: true, min: -3, max: 3 }),
  fc.constantFrom('', 'x', 'Yz', '7'),
  fc.boolean(),
  fc.constant(null),
)
const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('data'), { maxLength: 3 }),
    fc.dictionary(key, tie('data'), { maxKeys: 3 }),
  ),
}))

const { expression } = fc.letrec<Record<'expression' | 'path' | 'relative' | 'object', string>>((tie) => ({
  path: fc
    .tuple(fc.constantFrom('', '$.', '$$.'), fc.array(tie('relative'), { minLength: 1, maxLength: 3 }))
    .map(([root, steps]) => root + steps.join('.')),
  relative: fc
    .tuple(key, fc.constantFrom('', '', '', '[0]', '[-1]', '[1]', '[a = 1]', '[b > 0]', '[c != "x"]'))
    .map(([name, stage]) => name + stage),
  object: fc.tuple(key, key, tie('expression'), tie('expression')).map(([a, b, x, y]) => `{ "${a}1": ${x}, "${b}2": ${y} }`),
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('path'),
    tie('path'),
    fc.constantFrom('1', '2.5', '-3', '"x"', 'true', 'null', '$', '$kind'),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '-', '*', '/', '%', '&', '=', '!=', '<', '<=', '>', '>=', 'and', 'or'),
        tie('expression'),
      )
      .map(([a, o, b]) => `(${a} ${o} ${b})`),
    fc
      .tuple(
        fc.constantFrom(
          'sum',
          'count',
          'max',
          'min',
          'average',
          'exists',
          'not',
          'boolean',
          'uppercase',
          'lowercase',
          'length',
          'string',
          'number',
          'floor',
          'ceil',
          'abs',
        ),
        tie('expression'),
      )
      .map(([f, x]) => `$${f}(${x})`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `[${a}, ${b}, [${a}]]`),
    tie('object'),
    fc
      .tuple(
        tie('path'),
        fc.tuple(key, tie('relative')).map(([name, path]) => `{ "${name}": ${path} }`),
      )
      .map(([path, object]) => `${path}.${object}`),
  ),
}))

describe('inline transforms', () => {
  it('answers what JSONata answers, or leaves it to JSONata', async () => {
    let answered = 0
    await fc.assert(
      fc.asyncProperty(expression, fc.dictionary(key, data, { minKeys: 1, maxKeys: 3 }), async (source, input) => {
        const result = inlineOf(source)?.(input, { kind: 'Yz' }) ?? 'not_inline'
        if (result === 'not_inline') return
        answered++
        const copy: unknown = JSON.parse(JSON.stringify(input))
        expect(json(result.value), source).toBe(json(await jsonata(source).evaluate(copy, { kind: 'Yz' })))
        expect(json(input)).toBe(json(copy)) // neither changes its input
      }),
      { numRuns: 4000 },
    )
    expect(answered).toBeGreaterThan(1000)
  })

  it('takes the expressions that flows mostly have', () => {
    const input = {
      body: {
        id: 'x',
        lines: [
          { amount: 3, sku: 'a' },
          { amount: 4, sku: 'b' },
        ],
      },
    }
    const table: [string, unknown][] = [
      ["{ 'total': $sum(body.lines.amount) }", { total: 7 }],
      ['body.lines[amount > 3].sku', 'b'],
      [
        "body.lines.{ 'k': sku, 'n': amount * 2 }",
        [
          { k: 'a', n: 6 },
          { k: 'b', n: 8 },
        ],
      ],
      ['$uppercase(body.id) & "-" & $count(body.lines)', 'X-2'],
      ['body.absent ?? "none"', 'none'],
      ['body.lines[0].amount >= 3 and body.id = "x" ? "yes" : "no"', 'yes'],
    ]
    for (const [source, expected] of table) expect(inlineOf(source)?.(input), source).toEqual({ value: expected })
  })

  it('leaves to another process what is not provably cheap', () => {
    for (const source of [
      '$map(a, function($x) { $x })',
      '($x := 1; $x)',
      '$other',
      '$kind.a',
      '($kind := 1; $kind)',
      '[1..5]',
      '$match(a, /x/)',
      '$pad(a, 5)',
      '$join(a, ",")',
      'a^(b)',
      'a{b: c}',
      '**',
      '*',
      'a[]',
      '$eval("1")',
      'a.($$.b)',
      'a.{ "x": $$.b }',
      'a[b = $$.c]',
      '$now()',
      '$random()',
      'a ~> $sum()',
      'a@$v.b',
      'a#$i.b',
      '$f(a)',
      '{ b: 1 }',
      '{ "__proto__": 1 }',
      'a.b.[c]',
      '$sum(a)[0]',
    ]) /* oxfmt-ignore */ {
      expect(inlineOf(source), source).toBeUndefined()
    }
  })

  it('leaves to another process what runs out of fuel, or is not the plain case', () => {
    const long = { a: Array.from({ length: 60_000 }, (_, index) => ({ b: index })) }
    expect(inlineOf('$sum(a.b)')?.(long)).toBe('not_inline')
    expect(inlineOf('a + 1')?.({ a: 'x' })).toBe('not_inline')
    expect(inlineOf('1 / a')?.({ a: 0 })).toBe('not_inline')
    expect(inlineOf('a + 1')?.({ a: parseExactJson('12345678901234567890') })).toBe('not_inline')
    expect(inlineOf('{ "id": a }')?.({ a: parseExactJson('12345678901234567890') })).toEqual({
      value: { id: parseExactJson('12345678901234567890') },
    })
  })
})
