import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExactJson } from '../exact-json.ts'
import { compileFilter, filterOperators, type Filter } from './filter.ts'
import { limits } from '../limits.ts'

function filterOf(source: unknown): Filter {
  const compiled = compileFilter(source)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  return compiled.filter
}

const matches = (payload: unknown, filter: unknown): boolean => filterOf(filter).matches(payload)

describe('a filter', () => {
  const order = {
    type: 'order/created',
    total: 119,
    paid: true,
    note: null,
    customer: { name: 'Ada', address: { country: 'DE' } },
    tags: ['gift', 'eu'],
    items: [
      { sku: 'a-1', quantity: 2, sizes: ['s', 'm'] },
      { sku: 'b-2', quantity: 7 },
    ],
    matrix: [[1, 2], [3]],
    $odd: 1,
  }
  const table: readonly [filter: unknown, expected: boolean, why: string][] = [
    [{}, true, 'nothing is asked'],
    [{ type: 'order/created' }, true, 'a literal is equality'],
    [{ type: 'order' }, false, 'the whole text counts'],
    [{ total: '119' }, false, 'a text is no number'],
    [{ paid: true, note: null }, true, 'all fields have to fit'],
    [{ paid: true, total: 1 }, false, 'all fields have to fit'],
    [{ absent: null }, false, 'null is not nothing'],
    [{ customer: { address: { country: 'DE' } } }, true, 'objects mirror objects'],
    [{ customer: { address: 'DE' } }, false, 'an object is no text'],
    [{ type: { length: 13 } }, false, 'a text has no fields'],
    [{ constructor: { name: 'Object' } }, false, 'own properties only'],
    [{ tags: { length: 2 } }, false, 'a list has no fields'],
    [{ tags: 'gift' }, true, 'a list that has it'],
    [{ tags: 'g' }, false, 'a part of an item is not the item'],
    [{ tags: ['eu', 'gift'] }, true, 'a list that has them all'],
    [{ tags: ['gift', 'us'] }, false, 'a list that has them all'],
    [{ type: ['order/created'] }, false, 'a list wants a list'],
    [{ matrix: 3 }, true, 'lists inside lists are searched'],
    [{ items: { sku: 'b-2' } }, true, 'any item'],
    [{ items: { sku: 'a-1', quantity: 7 } }, false, 'one and the same item'],
    [{ items: { sizes: 'm' } }, true, 'through two lists'],
    [{ items: [{ sku: 'a-1' }, { quantity: { $gt: 5 } }] }, true, 'conditions as members'],
    [{ total: { $eq: 119 } }, true, '$eq'],
    [{ tags: { $eq: ['gift', 'eu'] } }, true, '$eq compares lists whole'],
    [{ tags: { $eq: 'gift' } }, false, '$eq compares lists whole'],
    [{ customer: { $eq: { address: { country: 'DE' }, name: 'Ada' } } }, true, '$eq minds no order of fields'],
    [{ customer: { $eq: { name: 'Ada' } } }, false, '$eq compares objects whole'],
    [{ total: { $neq: 1 } }, true, '$neq'],
    [{ absent: { $neq: 1 } }, false, '$neq of nothing'],
    [{ total: { $gt: 118, $lt: 120 } }, true, 'operators beside each other'],
    [{ total: { $gt: 119 } }, false, '$gt'],
    [{ total: { $gte: 119, $lte: 119 } }, true, '$gte $lte'],
    [{ total: { $gt: '1' } }, false, 'numbers compare with numbers'],
    [{ type: { $gt: 'order/a', $lt: 'order/d' } }, true, 'texts compare with texts'],
    [{ items: { quantity: { $lte: 2 } } }, true, 'any item'],
    [{ absent: { $lt: 5 } }, false, 'nothing is not small'],
    [{ note: { $gte: 0 } }, false, 'null is no number'],
    [{ total: { $in: [1, 119] } }, true, '$in: one of these'],
    [{ type: { $in: ['order'] } }, false, '$in: one of these, whole'],
    [{ type: { $in: 'created' } }, true, '$in: part of a text'],
    [{ tags: { $in: 'gift' } }, true, '$in: an item'],
    [{ tags: { $in: 'gif' } }, false, '$in: a whole item'],
    [{ tags: { $in: ['us', 'eu'] } }, true, '$in: an item that is one of these'],
    [{ total: { $nin: [1, 2] } }, true, '$nin'],
    [{ tags: { $nin: 'gift' } }, false, '$nin'],
    [{ absent: { $nin: ['x'] } }, false, '$nin of nothing'],
    [{ type: { $startsWith: 'order/' } }, true, '$startsWith'],
    [{ type: { $startsWith: ['x', 'order/'] } }, true, '$startsWith any of these'],
    [{ items: { sku: { $endsWith: '-2' } } }, true, '$endsWith'],
    [{ tags: { $endsWith: 'ft' } }, true, 'any item'],
    [{ total: { $startsWith: '1' } }, false, 'a number has no beginning'],
    [{ note: { $exist: true } }, true, 'null exists'],
    [{ absent: { $exist: false } }, true, '$exist'],
    [{ customer: { phone: { $exist: false } } }, true, '$exist'],
    [{ absent: { phone: { $exist: false } } }, false, 'the object itself has to be there'],
    [{ customer: { $exist: true, name: 'Ada' } }, true, '$exist beside fields'],
    [{ $or: [{ total: 1 }, { paid: true }] }, true, '$or'],
    [{ $or: [{ total: 1 }, { paid: false }] }, false, '$or'],
    [{ type: { $or: ['x', { $endsWith: 'created' }] } }, true, '$or inside a field'],
    [{ absent: { $or: ['x', { $exist: false }] } }, true, 'an optional field'],
    [{ $and: [{ items: { quantity: { $gt: 5 } } }, { items: { quantity: { $lt: 3 } } }] }, true, '$and: two items'],
    [{ paid: true, $or: [{ total: { $gt: 1000 } }, { tags: 'eu' }] }, true, '$or beside fields'],
    [{ items: { sku: 'a-1', $or: [{ quantity: 7 }, { quantity: 8 }] } }, false, '$or of the same item'],
    [{ $not: { type: 'order/created' } }, false, '$not'],
    [{ tags: { $not: 'us' } }, true, '$not inside a field'],
    [{ absent: { $not: 'us' } }, true, '$not of nothing'],
    [{ $not: { $or: [{ paid: false }, { total: { $lt: 100 } }] } }, true, '$not of $or'],
  ]

  it.each(table)('%j: %s, %s', (filter, expected) => {
    expect(matches(order, filter)).toBe(expected)
    expect(matches(order, { $not: filter })).toBe(!expected)
    const verdict = filterOf(filter).explain(order)
    expect(verdict.matches).toBe(expected)
    expect(verdict.reason === null).toBe(expected)
  })

  it('keeps numbers exact that no double holds', () => {
    const payload = parseExactJson('{"id":12345678901234567890,"list":[9007199254740993],"e":1e20,"d":0.1}')
    const cases: [string, boolean][] = [
      ['{"id":12345678901234567890}', true],
      ['{"id":12345678901234567891}', false],
      ['{"id":{"$gt":12345678901234567889}}', true],
      ['{"id":{"$gt":12345678901234567890}}', false],
      ['{"id":{"$gt":1,"$lt":1e30}}', true],
      ['{"id":{"$in":[1,12345678901234567890]}}', true],
      ['{"id":{"$in":[12345678901234567891]}}', false],
      ['{"list":9007199254740993}', true],
      ['{"list":9007199254740992}', false],
      ['{"list":{"$in":[9007199254740993]}}', true],
      ['{"list":{"$eq":[9007199254740993]}}', true],
      ['{"e":100000000000000000000}', true],
      ['{"e":{"$in":[100000000000000000000]}}', true],
      ['{"d":{"$lt":12345678901234567890}}', true],
    ]
    for (const [filter, expected] of cases) expect(matches(payload, parseExactJson(filter)), filter).toBe(expected)
  })

  it('looks at payloads of every kind', () => {
    for (const payload of ['text', 7, null, true, undefined]) {
      expect(matches(payload, {})).toBe(false)
      expect(matches(payload, { a: 1 })).toBe(false)
      expect(matches(payload, { $not: { a: 1 } })).toBe(true)
    }
    expect(matches([{ a: 1 }], { a: 1 })).toBe(true)
    expect(matches('text', { $startsWith: 'te' })).toBe(true)
    expect(matches(JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}'))).toBe(true)
    expect(matches({}, JSON.parse('{"__proto__":{"a":1}}'))).toBe(false)
  })

  it('says where a payload does not fit', () => {
    const reason = (filter: unknown) => filterOf(filter).explain(order).reason
    expect(reason({ total: 119, customer: { address: { country: { $in: ['FR', 'ES'] } } } })).toEqual({
      path: '/customer/address/country',
      message: 'Here is "DE", and the filter wants {"$in":["FR","ES"]}.',
    })
    expect(reason({ absent: 'x' })).toEqual({ path: '/absent', message: 'Nothing is here, and the filter wants "x".' })
    expect(reason({ customer: { 'a/b~c': 1 } })?.path).toBe('/customer/a~1b~0c')
    expect(reason({ $or: [{ total: 1 }, { paid: false }] })?.path).toBe('')
    expect(reason({ items: { sku: 'zzz' } })?.path).toBe('/items')
    expect(reason({ total: { $gt: 1, $lt: 5 } })?.message).toBe('Here is 119, and the filter wants {"$lt":5}.')
    expect(reason({ type: 'x'.repeat(500) })!.message.length).toBeLessThan(300)
  })

  it('lets a message through rather than search without end', () => {
    const long = { list: Array.from({ length: 200_000 }, (_, index) => index) }
    const filter = filterOf({ list: -1 })
    const began = performance.now()
    expect(filter.matches(long)).toBe(true)
    expect(performance.now() - began).toBeLessThan(500)
    expect(filter.explain(long)).toMatchObject({ matches: true, reason: { path: '' } })
    expect(filter.matches({ list: long.list.slice(0, 1000) })).toBe(false)
    const wide = filterOf({ list: { $startsWith: Array.from({ length: 2000 }, (_, index) => `${index}x`) } })
    expect(wide.matches({ list: Array.from({ length: 1000 }, () => 'abc') })).toBe(true)
    let nested: unknown = 1
    for (let depth = 0; depth < 200_000; depth++) nested = [nested]
    expect(filterOf({ list: 1 }).matches({ list: nested })).toBe(true)
  })
})

describe('saving a filter', () => {
  const faultsOf = (source: unknown) => {
    const compiled = compileFilter(source)
    return compiled.ok ? [] : compiled.faults
  }

  it.each<[unknown, string, RegExp]>([
    ['paid', '', /object that mirrors/],
    [[{ a: 1 }], '', /object that mirrors/],
    [{ order: { total: { $more: 1 } } }, '/order/total/$more', /"\$more" is not an operator. There are \$eq, \$neq/],
    [{ a: { $ref: 'b' } }, '/a/$ref', /not an operator/],
    [{ a: { $constructor: 1 } }, '/a/$constructor', /not an operator/],
    [{ a: { $gt: null } }, '/a/$gt', /number or a text/],
    [{ a: { $in: [] } }, '/a/$in', /not empty/],
    [{ a: { $in: [{}] } }, '/a/$in', /text, number/],
    [{ a: { $startsWith: 5 } }, '/a/$startsWith', /text/],
    [{ a: { $exist: 'yes' } }, '/a/$exist', /true/],
    [{ $or: {} }, '/$or', /list of conditions/],
    [{ $and: [] }, '/$and', /list of conditions/],
    [{ $or: [{ a: { $x: 1 } }] }, '/$or/0/a/$x', /not an operator/],
    [{ $not: { a: { $x: 1 } } }, '/$not/a/$x', /not an operator/],
    [{ a: [] }, '/a', /\$eq/],
    [{ a: { b: 1, $gt: 2 } }, '/a/$gt', /about a value/],
    [{ 'a/b': { $x: 1 } }, '/a~1b/$x', /not an operator/],
    [{ a: 'x'.repeat(limits.filterCharactersMax) }, '', /at most/],
  ])('%j is refused at %s', (source, pointer, message) => {
    const faults = faultsOf(source)
    expect(faults.map((fault) => fault.pointer)).toEqual([pointer])
    expect(faults[0]!.message).toMatch(message)
  })

  it('reports all faults together, and refuses what nests too deep', () => {
    expect(faultsOf({ a: { $x: 1 }, b: { $gt: [] } })).toHaveLength(2)
    const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) })
    expect(faultsOf(nested(limits.filterDepthMax - 1))).toEqual([])
    expect(faultsOf(nested(limits.filterDepthMax))[0]?.message).toMatch(/levels deep/)
    expect(faultsOf(nested(3000))).toHaveLength(1)
  })
})

/** The grammar said once more, as plainly as can be, for values without large numbers. */
function reference(value: unknown, filter: unknown): boolean {
  const isList = Array.isArray(value)
  const any = (test: (item: unknown) => boolean): boolean => isList && (value as unknown[]).some(test)
  if (Array.isArray(filter)) return isList && filter.every((member) => any((item) => reference(item, member)))
  if (typeof filter !== 'object' || filter === null) return isList ? any((item) => reference(item, filter)) : value === filter
  const entries = Object.entries(filter)
  const hasFields = entries.some(([key]) => !key.startsWith('$')) || entries.length === 0
  if (hasFields && isList) return any((item) => reference(item, filter))
  if (hasFields && (typeof value !== 'object' || value === null)) return false
  return entries.every(([key, operand]) =>
    key.startsWith('$') ? operator(key, value, operand) : reference((value as Record<string, unknown>)[key], operand),
  )
}

function operator(name: string, value: unknown, operand: unknown): boolean {
  const items = (test: (item: unknown) => boolean): boolean => (Array.isArray(value) ? value.flat(Infinity).some(test) : test(value))
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
  const isIn = (): boolean => {
    if (Array.isArray(value)) return items((item) => (Array.isArray(operand) ? operand.includes(item) : item === operand))
    if (Array.isArray(operand)) return operand.includes(value)
    return value === operand || (typeof value === 'string' && typeof operand === 'string' && value.includes(operand))
  }
  const order = (test: (a: never, b: never) => boolean): boolean =>
    items(
      (item) => typeof item === typeof operand && typeof item !== 'object' && item !== undefined && test(item as never, operand as never),
    )
  switch (name) {
    case '$eq':
      return value !== undefined && same(value, operand)
    case '$neq':
      return value !== undefined && !same(value, operand)
    case '$gt':
      return order((a, b) => a > b)
    case '$gte':
      return order((a, b) => a >= b)
    case '$lt':
      return order((a, b) => a < b)
    case '$lte':
      return order((a, b) => a <= b)
    case '$in':
      return value !== undefined && isIn()
    case '$nin':
      return value !== undefined && !isIn()
    case '$startsWith':
      return items((item) => typeof item === 'string' && [operand].flat().some((text) => item.startsWith(text as string)))
    case '$endsWith':
      return items((item) => typeof item === 'string' && [operand].flat().some((text) => item.endsWith(text as string)))
    case '$exist':
      return (value !== undefined) === operand
    case '$or':
      return (operand as unknown[]).some((one) => reference(value, one))
    case '$and':
      return (operand as unknown[]).every((one) => reference(value, one))
    default:
      return !reference(value, operand)
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  )
}

describe('filters and payloads of every shape', () => {
  const key = fc.constantFrom('a', 'b', 'c')
  const text = fc.constantFrom('', 'x', 'xy', 'yx')
  const scalar = fc.oneof(text, fc.integer({ min: -2, max: 2 }), fc.boolean(), fc.constant(null))
  const { data } = fc.letrec<{ data: unknown }>((tie) => ({
    data: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      fc.array(tie('data'), { maxLength: 3 }),
      fc.dictionary(key, tie('data'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }))
  const one = <Value>(name: string, operand: fc.Arbitrary<Value>) => operand.map((value) => ({ [name]: value }))
  const bound = fc.oneof(text, fc.integer({ min: -2, max: 2 }))
  const scalars = fc.oneof(scalar, fc.array(scalar, { minLength: 1, maxLength: 3 }))
  const texts = fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 2 }))
  const { object } = fc.letrec<{ condition: unknown; object: object; logic: object }>((tie) => ({
    logic: fc.oneof(
      one('$or', fc.array(tie('condition'), { minLength: 1, maxLength: 3 })),
      one('$and', fc.array(tie('condition'), { minLength: 1, maxLength: 3 })),
      one('$not', tie('condition')),
      one('$exist', fc.boolean()),
    ),
    object: fc.oneof(
      fc.dictionary(key, tie('condition'), { maxKeys: 3, noNullPrototype: true }),
      tie('logic'),
      fc
        .tuple(fc.dictionary(key, tie('condition'), { minKeys: 1, maxKeys: 2, noNullPrototype: true }), tie('logic'))
        .map(([a, b]) => ({ ...a, ...b })),
    ),
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      one('$eq', data),
      one('$neq', data),
      fc.tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte'), bound).map(([name, value]) => ({ [name]: value })),
      one('$in', scalars),
      one('$nin', scalars),
      one('$startsWith', texts),
      one('$endsWith', texts),
      fc.array(tie('condition'), { minLength: 1, maxLength: 2 }),
      tie('object'),
    ),
  }))

  it('answers as the grammar says', () => {
    let held = 0
    fc.assert(
      fc.property(object, data, (source, payload) => {
        const compiled = compileFilter(source)
        fc.pre(compiled.ok)
        const expected = reference(payload, source)
        if (expected) held++
        const verdict = compiled.filter.explain(payload)
        expect(compiled.filter.matches(payload)).toBe(expected)
        expect(verdict.matches).toBe(expected)
        expect(verdict.reason === null).toBe(expected)
      }),
      { numRuns: 20_000 },
    )
    expect(held).toBeGreaterThan(1000)
  })

  it('knows the operators that are promised', () => {
    const promised = '$eq $neq $gt $gte $lt $lte $in $nin $startsWith $endsWith $exist $or $and $not'.split(' ')
    expect([...filterOperators].toSorted()).toEqual(promised.toSorted())
  })
})
