import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formInSteps, readForm } from './form.ts'

const read = (body: string | Buffer, charset?: string) => readForm(Buffer.from(body), charset)

/** So many bytes, then what is looked at, so that it lies across two steps. */
const before = (bytes: number) => 'x'.repeat(bytes)

describe('forms that are read in steps', () => {
  test('R95: characters and escapes that lie across two steps are read whole', () => {
    for (let shift = 0; shift < 12; shift++) {
      const at = before(16 * 1024 - shift)
      expect(read(`a=${at}%E2%82%AC+b`)).toEqual({ a: `${at}€ b` })
      expect(read(`a=${at}€+%`)).toEqual({ a: `${at}€ %` })
      expect(read(`${at}%E2%82%AC=1`)).toEqual({ [`${at}€`]: '1' })
      expect(read(Buffer.from(`a=${at}\x1b$B4A;z\x1b(B`, 'latin1'), 'iso-2022-jp')).toEqual({ a: `${at}漢字` })
    }
  })

  test('R95: the charset stands in its field wherever that is', () => {
    for (let shift = 0; shift < 40; shift++) {
      const at = before(16 * 1024 - shift)
      expect(read(`a=${at}&_charset_=windows-1252&e=%80`)['e']).toBe('€')
    }
    expect(read('a_charset_=windows-1252&e=%E2%82%AC')['e']).toBe('€')
  })

  test('two that are read at the same time do not mix', () => {
    const [one, other] = ['€', 'é'].map((text) => formInSteps(Buffer.from(`a=${text.repeat(40_000)}`), undefined))
    let [read, beside] = [one!.next(), other!.next()]
    while (read.done !== true || beside.done !== true) {
      if (read.done !== true) read = one!.next()
      if (beside.done !== true) beside = other!.next()
    }
    expect([read.value['a'], beside.value['a']]).toEqual(['€'.repeat(40_000), 'é'.repeat(40_000)])
  })

  test('fields that nobody wants are passed over, and of one name so many values are kept', () => {
    const steps = formInSteps(Buffer.from('a=1&b=2&a=3&a=4'), undefined, { isWanted: (name) => name === 'a', valuesMax: 2 })
    expect(steps.next()).toEqual({ done: true, value: Object.assign(Object.create(null), { a: ['1', '3'] }) })
  })

  test('R95: what browsers write is read as it was', () => {
    const fields = fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), { selector: ([name]) => name })
    const property = fc.property(fields, fc.nat(3), (pairs, long) => {
      const stretched = pairs.filter(([name]) => name !== '_charset_').map(([name, value]) => [name, value.repeat(long === 3 ? 3000 : 1)])
      const written = new URLSearchParams(stretched).toString()
      const wanted = Object.fromEntries(new URLSearchParams(written))
      delete wanted['']
      const found = { ...read(written) }
      delete found['']
      expect(found).toEqual(wanted)
    })
    fc.assert(property, { numRuns: 100 })
  })
})
