import { describe, expect, it } from 'vitest'
import { bearerTokenFault, headerFault, replyHeaderFault, sentReplyHeaderFault, trimHeaderValue } from './header-fault.ts'

// oxfmt-ignore
const badNames = ['', ' ', 'a b', 'a:b', 'a:', 'a\r\nx', 'a\nb', 'é', 'a\0', 'a"b', '(a)', 'a,b', 'a/b', 'a;b', 'a=b', 'a{b}', 'a@b', '日本', 'x\t']
// oxfmt-ignore
const badValues = ['a\r\nX-Injected: 1', 'a\nb', 'a\rb', '\0', 'a\0b', '\u0001', '\u007f', 'x\r', '\n', '\u001b[2J', 'a\ud800', '\udc00']

describe('what may be set as a header', () => {
  it.each(badNames)('S5: refuses the name %j', (name) => {
    expect(headerFault(name, 'v')).toContain('is not a header name')
    expect(replyHeaderFault(name, 'v')).toContain('is not a header name')
  })

  it.each(badValues)('S5: refuses the value %j, without quoting it', (value) => {
    expect(headerFault('X-A', value)).toBe('The value of the header X-A has a line break, a control character or half of a character.')
    expect(replyHeaderFault('X-A', value)).toBe(headerFault('X-A', value))
  })

  it('S5: refuses every one of them with any value, and each value under any name', () => {
    const names = [...badNames, 'X-A', 'x-b', 'Accept', 'X-1', 'A', 'X_a', "X-'", 'X~', 'x.y', 'X|Y', 'X-Topic']
    const values = [...badValues, ...badValues.map((value) => `before ${value}`), 'a', 'b c', '\u00e9', '1', '{}', 'text/plain']
    expect([names.length, values.length]).toEqual([30, 30])
    for (const [i, name] of names.entries())
      for (const [j, value] of values.entries()) {
        const isFine = i >= badNames.length && j >= 2 * badValues.length
        expect([headerFault(name, value) === undefined, replyHeaderFault(name, value) === undefined], `${name}: ${value}`).toEqual([
          isFine,
          isFine,
        ])
      }
  })

  it.each([' a', 'a ', '\ta', 'a\t', ' '])('refuses white space at the ends of the value %j', (value) => {
    expect(headerFault('X-A', value)).toContain('begins or ends with white space')
    expect(headerFault('X-A', trimHeaderValue(value))).toBeUndefined()
  })

  it('trims tabs, spaces and line breaks at the ends only', () => {
    expect(['', ' ', '\t a', 'a b', ' a\tb \t', 'a\r\n', '\na\nb', 'a\u00a0', '\va'].map(trimHeaderValue)).toEqual([
      '',
      '',
      'a',
      'a b',
      'a\tb',
      'a',
      'a\nb',
      'a\u00a0',
      '\va',
    ])
  })

  it('trims white space within a value in time that grows with its length', () => {
    const before = process.threadCpuUsage()
    trimHeaderValue(`a${' '.repeat(128 * 1024)}b`)
    const { user, system } = process.threadCpuUsage(before)
    // A pattern took twenty seconds.
    expect((user + system) / 1000).toBeLessThan(500)
  })

  it.each(['webhook-id', 'Svix-Signature', 'X-Webhook-Event-ID'])('takes %s in neither: receivers trust what stands there', (name) => {
    expect(headerFault(name, 'v')).toContain('is set by signing')
    expect(replyHeaderFault(name, 'v')).toContain('which no reply is')
  })

  it('takes the name of the request from no flow, and sends replies that are older than the rule', () => {
    expect(replyHeaderFault('Posthorn-Request-Id', 'v')).toBe('The header Posthorn-Request-Id is set by Posthorn itself.')
    expect(sentReplyHeaderFault('Posthorn-Request-Id', 'v')).toBeUndefined()
    expect(sentReplyHeaderFault('Date', 'v')).toBe('The header Date is set by Posthorn itself.')
  })

  it.each(['WebHook-Allowed-Origin', 'WebHook-Allowed-Rate', 'X-Webhook-Status', 'svix-other'])('takes %s in a reply only', (name) => {
    expect(headerFault(name, 'v')).toContain('is set by signing')
    expect(replyHeaderFault(name, 'v')).toBeUndefined()
  })

  it.each(['', 'a b', 'a\tb', 'é ÿ \u00a0', 'Ā € 日本 \u2028 😀', '嘊嘍'])('takes the value %j', (value) => {
    expect(headerFault('X-A', value)).toBeUndefined()
  })

  it.each([
    'abc ',
    ' abc',
    'a b',
    'a\nb',
    'Bearer abc',
    'a\0',
    'Bearer {{ secrets.a }}',
    '{{ secrets.a }}\n',
    '{{ secrets.a }',
    '{{a}} {{',
  ])('refuses the bearer token %j, which can never match', (token) => {
    expect(bearerTokenFault(token)).toContain('A bearer token has no white space')
  })

  it.each(['abc', 'a.b-c_d~e+f/g==', '{{ secrets.a }}', 'v1.{{ secrets["a b"] }}'])('takes the bearer token %j', (token) => {
    expect(bearerTokenFault(token)).toBeUndefined()
  })

  it('looks at a bearer token in time that grows with its length', () => {
    const before = process.threadCpuUsage()
    expect(bearerTokenFault('{{'.repeat(64 * 1024))).toBeUndefined()
    const { user, system } = process.threadCpuUsage(before)
    // A pattern took seconds.
    expect((user + system) / 1000).toBeLessThan(500)
  })
})
