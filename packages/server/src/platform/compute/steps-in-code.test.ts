import { describe, expect, test } from 'vitest'
import { stepsInCode } from './steps-in-code.ts'

const readBy = (source: string) => stepsInCode(source).map(({ id, field }) => (field === null ? id : `${id}.${field}`))

describe('the steps that code reads', () => {
  test.each([
    ['return steps.total.output + steps["rebate"].output', ['total.output', 'rebate.output']],
    ['return steps?.total?.output', ['total.output']],
    ['return steps[`total`].status', ['total.status']],
    ['const { total, rebate: less = 0 } = steps; return total.output', ['total', 'rebate']],
    ['const { total: { output, code }, ...rest } = steps', ['total.output', 'total.code']],
    ['const {\n  total: { output: sum = 0 },\n  rebate\n} = steps\nreturn sum', ['total.output', 'rebate']],
    ['const { output: sum } = steps.total; return sum', ['total.output']],
    ['const { outptu } = steps.total', ['total.outptu']],
    ['const { sku } = steps.total.output; return sku', ['total.output']],
    ['if (a) { b } const { total } = steps', ['total']],
    ['return { total: steps.total.output }', ['total.output']],
    ['for (const s of [...steps.lines.output]) {}', ['lines.output']],
  ])('%s', (source, reads) => {
    expect(readBy(source)).toEqual(reads)
  })

  test.each([
    'return "steps.total"',
    '// steps.total\nreturn 1 /* steps.total */',
    'return body.steps.total',
    'const { total } = body.steps',
    'const { total } = stepsOf(body)',
    'const { [body.which]: one } = steps',
    'const { total = find(a, b) } = steps',
    'return steps.hasOwnProperty("total") || steps.toString()',
    'return Object.keys(steps)',
  ])('are not named by %s', (source) => {
    expect(readBy(source)).toEqual([])
  })

  test.each([
    'const steps = body.steps; return steps.total',
    'var { steps } = body; return steps.total',
    'return body.ways.map((steps) => steps.total)',
    'return body.ways.map(steps => steps.total)',
    'return body.ways.map((steps, i) => steps.total + i)',
    'return body.ways.map((way, steps) => steps.total)',
    'return body.ways.map(function (way, steps) { return steps.total })',
    'function sum(steps) { return steps.total }\nreturn sum(body.way)',
    'try { return 1 } catch (steps) { return steps.total }',
  ])('are not those of %s', (source) => {
    expect(readBy(source)).toEqual([])
  })

  test('are told by the place of the name, each once, and found quickly in any text', () => {
    expect(stepsInCode('const { total,\n  rebate } = steps')).toEqual([
      { id: 'total', field: null, at: 8 },
      { id: 'rebate', field: null, at: 17 },
    ])
    expect(readBy('return steps.a.output + steps.a.output')).toEqual(['a.output'])
    for (const text of ['{', '{a{b}', '{}', '{a:{b},', '{ ', 'steps.', '} = steps '])
      expect(stepsInCode(text.repeat(16_384 / text.length)).length).toBeLessThan(2)
  })
})
