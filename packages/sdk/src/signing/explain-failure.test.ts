import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { explainFailure } from './explain-failure.ts'
import { generateSecret } from './key.ts'
import { sign } from './sign.ts'
import type { VerifyInput } from './verify.ts'

const fill = (target: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(target)
const secret = generateSecret('standard', fill)
const nowSeconds = 1_790_000_000
const bytes = (text: string) => new TextEncoder().encode(text)
const sent = '{"type":"invoice.paid","data":{"name":"Åse","lines":[1,2]}}'
const signed = (text: string) =>
  sign({ profile: 'standard', secrets: [secret], id: 'msg_1', timestampSeconds: nowSeconds, body: bytes(text) })
const input = (change: Partial<VerifyInput> = {}): VerifyInput => ({
  profile: 'standard',
  secrets: [secret],
  headers: signed(sent),
  body: bytes(sent),
  nowSeconds,
  ...change,
})

test('says nothing of what verifies', () => {
  expect(explainFailure(input())).toBeUndefined()
})

test('a clock that is off: how far, and that the signature fits', () => {
  expect(explainFailure(input({ nowSeconds: nowSeconds + 400 }))).toEqual({
    code: 'stale_timestamp',
    cause: 'clock',
    detail: expect.stringMatching(/400 s old.*Its signature fits/),
  })
  expect(explainFailure(input({ nowSeconds: nowSeconds + 400, body: bytes(`${sent}\n`) }))).toMatchObject({
    code: 'stale_timestamp',
    cause: 'body',
    detail: expect.stringMatching(/400 s old.*line end was added/),
  })
})

test.for([
  ['a line end after it', sent, `${sent}\n`, /line end was added/],
  ['its line end lost', `${sent}\n`, sent, /line end after the body was lost/],
  ['other line ends', 'a\nb', 'a\r\nb', /single line feeds/],
  ['other line ends', 'a\r\nb', 'a\nb', /carriage returns/],
  ['a byte order mark', sent, `\ufeff${sent}`, /byte order mark/],
  ['indented', sent, JSON.stringify(JSON.parse(sent), null, 2), /written again/],
  ['compact', JSON.stringify(JSON.parse(sent), null, 2), sent, /written again/],
  ['written as Python writes it', '{"a": 1, "b": [1, 2]}', '{"a":1,"b":[1,2]}', /written again/],
  ['its letters escaped', sent, sent.replace('Å', '\\u00c5'), /written again/],
  ['encoded twice', sent, Buffer.from(sent).toString('latin1'), /Latin-1/],
] as const)('a body with %s', ([, before, after, detail]) => {
  expect(explainFailure(input({ headers: signed(before), body: bytes(after) }))).toEqual({
    code: 'no_match',
    cause: 'body',
    detail: expect.stringMatching(detail),
  })
})

test.each([
  ['literal text', Buffer.from(secret), /as literal text, not/],
  ['literal text without its prefix', Buffer.from(secret.slice(6)), /without "whsec_"/],
])('a sender that signs with the secret as %s', (_, key, detail) => {
  const signature = createHmac('sha256', key).update(`msg_1.${nowSeconds}.${sent}`).digest('base64')
  const headers = { ...signed(sent), 'webhook-signature': `v1,${signature}` }
  expect(explainFailure(input({ headers }))).toMatchObject({ cause: 'secret', detail: expect.stringMatching(detail) })
})

test('a hex secret of which the sender takes the bytes, or that has a line end at its end', () => {
  const text = generateSecret('hex', fill)
  const facts = { profile: 'hex', id: 'evt_1', attemptId: 'a', eventType: 'b', timestampSeconds: nowSeconds, body: bytes(sent) } as const
  const headers = sign({ ...facts, secrets: [text] })
  const mac = createHmac('sha256', Buffer.from(text, 'hex')).update(`${nowSeconds}.${sent}`).digest('hex')
  const hex = (change: Partial<VerifyInput>) => explainFailure(input({ profile: 'hex', secrets: [text], headers, ...change }))
  expect(hex({})).toBeUndefined()
  expect(hex({ headers: { ...headers, 'X-Webhook-Signature': mac } })).toMatchObject({
    cause: 'secret',
    detail: expect.stringContaining('hexadecimal'),
  })
  expect(hex({ secrets: [`${text}\n`] })).toMatchObject({ code: 'bad_secret', cause: 'secret' })
})

test('headers of another profile, and what is missing or misshapen in them', () => {
  expect(explainFailure(input({ profile: 'svix' }))).toMatchObject({
    code: 'missing_header',
    cause: 'header',
    detail: expect.stringContaining('profile "standard" are there'),
  })
  expect(explainFailure(input({ headers: new Headers(signed(sent)), profile: 'hex' }))).toMatchObject({
    detail: expect.stringContaining('profile "standard"'),
  })
  expect(explainFailure(input({ headers: {} }))).toEqual({
    code: 'missing_header',
    cause: 'header',
    detail: 'The header webhook-id is missing.',
  })
  expect(explainFailure(input({ headers: { ...signed(sent), 'webhook-timestamp': 'now' } }))).toMatchObject({ cause: 'header' })
})

test('another secret and another body cannot be told apart, and it says so', () => {
  for (const change of [{ secrets: [generateSecret('standard', fill)] }, { body: bytes('{"other":true}') }]) {
    expect(explainFailure(input(change))).toMatchObject({
      code: 'no_match',
      cause: 'unknown',
      detail: expect.stringContaining('usual accidents'),
    })
  }
  const cut = { ...signed(sent), 'webhook-signature': 'v1,AAAA' }
  expect(explainFailure(input({ headers: cut }))).toMatchObject({ detail: expect.stringContaining('holds no whole signature') })
})

test('a secret that cannot be read', () => {
  expect(explainFailure(input({ secrets: ['whsec_'] }))).toEqual({ code: 'bad_secret', cause: 'secret', detail: 'The secret is empty.' })
})

test('looks for the cause in time that grows with the body', () => {
  const before = process.threadCpuUsage()
  expect(explainFailure(input({ body: bytes(`"${'\n'.repeat(128 * 1024)}"`) }))).toMatchObject({ cause: 'unknown' })
  const { user, system } = process.threadCpuUsage(before)
  // A pattern for the line ends at the end took twenty seconds.
  expect((user + system) / 1000).toBeLessThan(2000)
})
