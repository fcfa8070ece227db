import { describe, expect, it } from 'vitest'
import { headersOf, signingProfiles } from '../index.ts'
import { isAlwaysSecret, isCredentialHeader, isCredentialParameter, loggedUrl, mayCarryCredential, showsValue } from './header-secrecy.ts'

const credentials = [
  'Authorization',
  'Proxy-Authorization',
  'Cookie',
  'X-API-Key',
  'apikey',
  'X-Auth-Token',
  'X-Client-Secret',
  'X-Password',
  'x-functions-key',
  'Ocp-Apim-Subscription-Key',
  'X-Auth-Key',
  'X-Access-Key',
  'key',
]

describe('what a record says of headers', () => {
  it.each(['X-Tenant', 'X-A', 'Idempotency-Key', 'X-Signature', 'Referer', '__proto__', 'constructor', ...credentials])(
    'hides the value of %s, which stands sealed in configuration',
    (name) => {
      expect(showsValue(name)).toBe(false)
      expect(showsValue(name.toLowerCase())).toBe(false)
    },
  )

  it.each(['Content-Type', 'content-type', 'User-Agent', 'Accept', 'TraceParent', 'Posthorn-Chain'])('shows the value of %s', (name) => {
    expect(showsValue(name)).toBe(true)
  })

  it('shows what signing adds, but for the signature itself, which the sender of the attempt adds where it is ours', () => {
    for (const profile of signingProfiles) {
      for (const [part, name] of Object.entries(headersOf(profile))) expect(showsValue(name), name).toBe(part !== 'signature')
    }
  })

  it.each(credentials)('takes %s for a credential by its name', (name) => {
    expect(isCredentialHeader(name)).toBe(true)
    expect(mayCarryCredential(name)).toBe(true)
    expect(isCredentialParameter(name)).toBe(true)
  })

  it.each(['Idempotency-Key', 'X-Idempotency-Key', 'X-Keyword', 'X-Monkey', 'X-Event'])('takes %s for no credential', (name) => {
    expect([isCredentialHeader(name), mayCarryCredential(name)]).toEqual([false, false])
  })

  it.each(['access_key', 'accesskey', 'sig', 'auth', 'pwd', 'X-Amz-Signature', 'X-Amz-Credential'])(
    'takes the parameter %s for a credential by its name',
    (name) => {
      expect(isCredentialParameter(name)).toBe(true)
    },
  )

  it('keeps signatures of requests, which open no door, and every header that a flow may read', () => {
    expect(isCredentialHeader('X-Hub-Signature-256')).toBe(true)
    expect(mayCarryCredential('X-Hub-Signature-256')).toBe(false)
    for (const name of ['x-api-key', 'idempotency-key', 'x-event']) expect(isAlwaysSecret(name)).toBe(false)
    for (const name of ['authorization', 'proxy-authorization', 'cookie']) expect(isAlwaysSecret(name)).toBe(true)
  })
})

describe('R10: a URL in a record', () => {
  it.each([
    ['https://a.example/x?token=abc&q=1', 'https://a.example/x?token=redacted&q=1'],
    ['https://user:pw@a.example/x', 'https://redacted@a.example/x'],
    ['/stock?q=a&api_key=zzz', '/stock?q=a&api_key=redacted'],
    ['//a?sig=1', '//a?sig=redacted'],
  ])('%s is shown as %s', (url, shown) => {
    expect(loggedUrl(url)).toBe(shown)
  })

  it.each(['https://a.example', 'https://a.example/x?q=a b', '/x?q=a+b', 'https://{{ body.host }}/?token=1', ''])(
    'stays as it is: %s',
    (url) => {
      expect(loggedUrl(url)).toBe(url)
    },
  )
})
