import { describe, expect, test } from 'vitest'
import { compileScheme, outcomeOf, requestWith } from '../../../../../test/support/scheme-requests.ts'

describe('shown secrets', () => {
  test('R105: takes an API key in a header, any of several, and says which kind of fault it is', () => {
    const auth = compileScheme({ kind: 'api_key', name: 'X-API-Key', keys: ['one', 'two'] })
    expect(outcomeOf(auth, requestWith({ 'x-api-key': 'one' }))).toBe('ok')
    expect(outcomeOf(auth, requestWith({ 'X-API-KEY': 'two' }))).toBe('ok')
    expect(outcomeOf(auth, requestWith({}))).toBe('api_key_missing')
    expect(outcomeOf(auth, requestWith({ 'x-api-key': '' }))).toBe('api_key_missing')
    for (const value of ['One', 'one ', 'on', 'onee', 'one, two', '__proto__'])
      expect(outcomeOf(auth, requestWith({ 'x-api-key': value })), value).toBe('api_key_wrong')
    expect(outcomeOf(auth, requestWith({ 'x-api-key': ['one', 'one'] }))).toBe('api_key_wrong')
  })

  test('R105: takes an API key in the query, decoded, and refuses a repeated one', () => {
    const auth = compileScheme({ kind: 'api_key', in: 'query', name: 'key', keys: ['a b&c'] })
    expect(outcomeOf(auth, requestWith({}, { query: 'x=1&key=a%20b%26c' }))).toBe('ok')
    expect(outcomeOf(auth, requestWith({}, { query: 'x=1' }))).toBe('api_key_missing')
    expect(outcomeOf(auth, requestWith({ key: 'a b&c' }, { query: '' }))).toBe('api_key_missing')
    expect(outcomeOf(auth, requestWith({}, { query: 'key=a%20b%26c&key=a%20b%26c' }))).toBe('api_key_wrong')
  })

  test('tells callers apart by the key that they showed, without telling the key', () => {
    const auth = compileScheme({ kind: 'api_key', keys: ['one', 'two'] })
    const names = ['one', 'two'].map((key) => {
      const result = auth.verify(requestWith({ 'x-api-key': key }))
      return result.ok ? result.credential : null
    })
    expect(names[0]).toMatch(/^[0-9a-f]{16}$/)
    expect(names[0]).not.toBe(names[1])
  })

  test('R105: takes a bearer token and HTTP Basic', () => {
    const bearer = compileScheme({ kind: 'bearer', tokens: ['t0ken'] })
    expect(outcomeOf(bearer, requestWith({ authorization: 'Bearer t0ken' }))).toBe('ok')
    expect(outcomeOf(bearer, requestWith({ authorization: 'bearer t0ken' }))).toBe('ok')
    for (const value of ['t0ken', 'Bearer', 'Bearer t0ken x', 'Bearer other', 'Basic t0ken']) {
      expect(outcomeOf(bearer, requestWith({ authorization: value })), value).toBe('bearer_wrong')
    }
    const basic = compileScheme({ kind: 'basic', username: 'us\u00e9r', password: 'p:ss' })
    const encode = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
    expect(outcomeOf(basic, requestWith({ authorization: encode('us\u00e9r:p:ss') }))).toBe('ok')
    expect(outcomeOf(basic, requestWith({}))).toBe('basic_missing')
    for (const value of [encode('us\u00e9r:'), encode('us\u00e9r'), 'Basic', 'Basic %%%', 'Bearer x']) {
      expect(outcomeOf(basic, requestWith({ authorization: value })), value).toBe('basic_wrong')
    }
  })
})
