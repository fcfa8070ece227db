import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRawNumber, parseExactJson } from '#domain'
import { exampleContext } from './example-context.ts'
import { filterNames } from './filters.ts'
import { compileText, compileValue, parseTemplate } from './template.ts'
import { TemplateError } from './tokens.ts'
import { compileTree } from './tree.ts'

const names = { stepIds: new Set(['order', 'notify']), secretsAllowed: false }
const value = (source: string, body?: unknown) => compileValue(parseTemplate(source, names))(exampleContext({ body }))
const text = (source: string, body?: unknown) => compileText(parseTemplate(source, names))(exampleContext({ body }))
const faultOf = (source: string, secretsAllowed = false) => {
  try {
    parseTemplate(source, { ...names, secretsAllowed })
  } catch (error) {
    if (error instanceof TemplateError) return { at: error.at, message: error.message }
    throw error
  }
  return undefined
}

describe('mapping', () => {
  it('R36: keeps the type of a field that is exactly one {{ }}', () => {
    const body = { n: 3, t: 'x', yes: true, none: null, list: [1, { a: 2 }], o: { k: 'v' } }
    expect(value('{{ body.n }}', body)).toBe(3)
    expect(value(' {{body.list}} ', body)).toEqual([1, { a: 2 }])
    expect(value('{{ body.list[1].a }}', body)).toBe(2)
    expect(value('{{ body["o"].k }}', body)).toBe('v')
    expect(value('{{ body.none }}', body)).toBeNull()
    expect(value('{{ body.absent }}', body)).toBeNull()
    expect(value('{{ body.list.size }}', body)).toBe(2)
    expect(value('{{ body.list.last.a }}', body)).toBe(2)
    expect(value('{{ body.yes }}!', body)).toBe('true!')
    expect(value('plain')).toBe('plain')
  })

  it('R56: reads trigger data, short names, step outputs, run, meta, entry and faults', () => {
    expect(value('{{ trigger.method }}')).toBe('POST')
    expect(value('{{ trigger.params.id }} {{ query.page }} {{ headers.X-Custom }} {{ trigger.headers["X-Custom"] }}')).toBe('7 2 h h')
    expect(value('{{ steps.order.output.total }}')).toBe(1200)
    expect(value('{{ steps.order.status }}')).toBe('OK')
    expect(value('{{ run.id }}/{{ meta.source }}/{{ entry.id }}/{{ faults[0].code }}')).toBe('run_1/shop/entry_1/timeout')
    expect(value('{{ faults.size }}')).toBe(1)
  })

  it('answers conditions with booleans', () => {
    const body = { n: 5, s: '10', list: ['a'], empty: '', zero: 0 }
    const table: [string, boolean][] = [
      ['{{ steps.order.output.total > 1000 }}', true],
      ['{{ body.n == 5 and body.s == "10" }}', true],
      ['{{ body.s > 9 }}', true],
      ['{{ body.n >= 6 or not body.empty }}', true],
      ['{{ not (body.n == 5) }}', false],
      ['{{ not not body.n }}', true],
      ['{{ body.list contains "a" }}', true],
      ['{{ body.s contains "0" }}', true],
      ['{{ body.absent == nil }}', true],
      ['{{ body.absent > 1 }}', false],
      ['{{ body.absent < 1 }}', false],
      ['{{ body.empty == empty }}', true],
      ['{{ body.absent != blank }}', false],
      ['{{ body.zero or body.empty }}', false],
      ['{{ false or true and false }}', false],
      ['{{ body.list == body.list }}', true],
    ]
    for (const [source, expected] of table) expect(value(source, body), source).toBe(expected)
  })

  it('runs filters, with arguments from literals and from data', () => {
    const body = { name: ' Ada ', lines: [{ a: 2 }, { a: 3 }], n: 10, key: 'a' }
    expect(value('{{ body.name | strip | upcase }}', body)).toBe('ADA')
    expect(value('{{ body.n | plus: body.lines[0].a | times: 2 }}', body)).toBe(24)
    expect(value('{{ body.lines | map: "a" | sum }}', body)).toBe(5)
    expect(value('{{ body.lines | where: body.key, 3 | size }}', body)).toBe(1)
    expect(value('{{ body.absent | default: "none" }}', body)).toBe('none')
    expect(value('{{ body.f | default: true, allow_false: true }}', { f: false })).toBe(false)
    expect(value('{{ "2026-11-22T01:02:03Z" | date: "%Y/%m/%d %H:%M" }}')).toBe('2026/11/22 01:02')
    expect(value('{{ body.n | string }}', body)).toBe('10')
    expect(value('{{ "12.5" | number }}')).toBe(12.5)
    expect(text('Hello {{ body.name | strip }}: {{ body.lines }}', body)).toBe('Hello Ada: [{"a":2},{"a":3}]')
  })

  it('reports the column of a mistake, and what there is instead', () => {
    expect(faultOf('a {{ nope.x }}')).toMatchObject({
      at: 5,
      message: expect.stringContaining('there is no "nope"; there are trigger, body'),
    })
    expect(faultOf('{{ body.x | nope }}')).toMatchObject({ at: 12, message: expect.stringContaining('there is no filter "nope"') })
    expect(faultOf('{{ steps.nope.output }}')?.message).toContain('there is no step "nope"')
    expect(faultOf('{{ steps[body.x].output }}')?.message).toContain('named, not computed')
    expect(faultOf('{{ steps.order.total }}')?.message).toContain('did you mean steps.order.output.total?')
    expect(faultOf('{{ trigger.bdy }}')?.message).toContain('"trigger" has method, path')
    for (const bad of [
      '{{',
      '{{ }}',
      '{{ a b }}',
      '{{ body.x > }}',
      '{{ body.x }',
      '{{ "x }}',
      '{{ 1 + 2 }}',
      '{{ body..x }}',
      '{{ body.x | }}',
      '{% if a %}x{% endif %}',
      '{{ body[ }}',
    ]) {
      expect(faultOf(bad), bad).toBeDefined()
    }
    expect(faultOf(`{{ ${'('.repeat(1000)}1${')'.repeat(1000)} }}`)?.message).toContain('too many brackets')
  })

  it('reads secrets only where they may stand', () => {
    expect(faultOf('{{ secrets.erp }}')?.message).toContain('only in outbound headers')
    expect(faultOf('{{ body.x | append: secrets.erp }}')?.message).toContain('only in outbound headers')
    expect(faultOf('{{ secrets }}', true)?.message).toContain('secrets.<name>')
    expect(faultOf('{{ secrets[body.x] }}', true)?.message).toContain('secrets.<name>')
    expect(parseTemplate('Bearer {{ secrets.erp }}', { ...names, secretsAllowed: true }).readsSecrets).toBe(true)
  })

  it('reports fields that are not there, except where that is expected', () => {
    const missingOf = (source: string) => {
      const missing: string[] = []
      compileValue(parseTemplate(source, names))({ ...exampleContext({ body: {} }), missing: (path) => missing.push(path) })
      return missing
    }
    expect(missingOf('{{ body.customer.name }} {{ body.x }}')).toEqual(['body.customer.name', 'body.x'])
    expect(missingOf('{{ body.x | default: 1 }}')).toEqual([])
    expect(missingOf('{{ body.x == nil }}')).toEqual([])
  })

  it('R91: never reaches a prototype, whatever keys the data has', () => {
    for (const key of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype']) {
      expect(value(`{{ body.${key} }}`, {}), key).toBeNull()
      expect(value(`{{ body["${key}"]["${key}"] }}`, { a: 1 }), key).toBeNull()
      expect(value('{{ body[body.k] }}', { k: key }), key).toBeNull()
      expect(value('{{ body.k | map: body.p }}', { k: [{}], p: key }), key).toEqual([undefined])
    }
    expect(value('{{ body.constructor }}', JSON.parse('{"constructor": "mine", "__proto__": 1}'))).toBe('mine')
  })

  it('S11: never evaluates data again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (hostile) => {
        expect(value('{{ body.x }}', { x: `${hostile}{{ run.id }}{% if %}` })).toBe(`${hostile}{{ run.id }}{% if %}`)
        expect(text('a{{ body.x }}b', { x: hostile })).toBe(`a${hostile}b`)
      }),
      { numRuns: 50 },
    )
    expect(filterNames.filter((name) => name.endsWith('_exp'))).toEqual([])
  })

  it('S11: a hostile leaf stays a leaf of the JSON tree', () => {
    const tree = compileTree({ id: '{{ body.x }}', fixed: { a: 1 }, list: ['{{ body.x }}', 'y'] }, (source) =>
      source.includes('{{') ? compileValue(parseTemplate(source, names)) : undefined,
    )
    const x = '","admin":true,"z":"'
    expect(JSON.parse(JSON.stringify(tree.evaluate(exampleContext({ body: { x } }))))).toEqual({ id: x, fixed: { a: 1 }, list: [x, 'y'] })
    expect(tree.fixed).toBe(false)
  })

  it('bounds what filters make of hostile data', () => {
    const body = { a: 'a'.repeat(500_000), b: 'b'.repeat(500_000) }
    expect(() => value('{{ body.a | replace: "a", body.b }}', body)).toThrow(/memory alloc limit/)
    expect(() => value('{{ body.a | split: "" | join: body.b }}', body)).toThrow(/memory alloc limit/)
  })

  it('R91: reads JSON that stands in a text, as a body is read; what is none is null', () => {
    const read = (x: unknown) => value('{{ body.x | parse_json }}', { x })
    expect(read('{"ref": "refs/heads/main", "list": [1, true, null]}')).toEqual({ ref: 'refs/heads/main', list: [1, true, null] })
    expect(JSON.stringify(read('{"id": 12345678901234567890}'))).toBe('{"id":12345678901234567890}')
    expect(read('"{{ run.id }}"')).toBe('{{ run.id }}')
    expect(read({ already: 1 })).toEqual({ already: 1 })
    for (const none of ['', 'a=b', '{"a":1,}', 'NaN', null, '['.repeat(100_000), `${'['.repeat(600)}${']'.repeat(600)}`])
      expect(read(none), String(none).slice(0, 20)).toBeNull()
    expect(Object.hasOwn(read('{"__proto__": 1}') as object, '__proto__')).toBe(true)
    expect(() => read(`"${'a'.repeat(3_000_000)}"`)).toThrow(/memory alloc limit/)
  })

  it('keeps numbers that no double holds, in fields, text, comparisons and filters', () => {
    const body = parseExactJson(
      '{"id": 12345678901234567890, "n": 9007199254740993, "big": 1e400, "pi": 3.14159265358979323846, "x": 0.1, "list": [98765432109876543210]}',
    )
    expect(JSON.stringify(value('{{ body }}', body))).toBe(
      '{"id":12345678901234567890,"n":9007199254740993,"big":1e400,"pi":3.14159265358979323846,"x":0.1,"list":[98765432109876543210]}',
    )
    expect(text('order {{ body.id }}', body)).toBe('order 12345678901234567890')
    expect(value('{{ body.id > 5 }}', body)).toBe(true)
    expect(value('{{ body.n == 9007199254740992 }}', body)).toBe(false)
    expect(value('{{ body.id | append: "!" }}', body)).toBe('12345678901234567890!')
    expect(value('{{ body.list | join: "," }}', body)).toBe('98765432109876543210')
    expect(value('{{ body.id.rawJSON }}', body)).toBeNull()
  })

  it('makes plain numbers of those that fit, and keeps every other JSON value as JSON.parse does', () => {
    expect(parseExactJson('[9007199254740991, 123456789012345.5, "12345678901234567890", 1E3]')).toEqual([
      9007199254740991,
      123456789012345.5,
      '12345678901234567890',
      1000,
    ])
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(JSON.stringify(parseExactJson(JSON.stringify(json)))).toBe(JSON.stringify(json))
      }),
    )
    fc.assert(
      fc.property(fc.bigInt(), (n) => {
        const parsed = parseExactJson(`{"n":${n}}`) as { n: unknown }
        expect(JSON.stringify(parsed)).toBe(`{"n":${n}}`)
        expect(isRawNumber(parsed.n)).toBe(!Number.isSafeInteger(Number(n)))
      }),
    )
  })
})
