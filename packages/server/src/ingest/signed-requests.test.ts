import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateSecret, sign } from '#domain'
import { openIngestHarness, type IngestHarness } from '../../../../test/support/ingest-harness.ts'
import { sendRaw } from '../../../../test/support/raw-requests.ts'

const FLIPS = 10_000
const SEED = 20_261_122
const fill = (target: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(target)
const secret = generateSecret('standard', fill)
const old = generateSecret('standard', fill)
const body = '{"type":"invoice.paid","data":{"total":12.5,"name":"Åse 🎉"}}'

let harness: IngestHarness
beforeAll(async () => {
  harness = await openIngestHarness()
  const auth = { kind: 'preset' as const, secrets: [secret, old] }
  await harness.addListener({ name: 'Signed', system: 'standard-webhooks', suffix: '/signed', auth })
})
afterAll(() => harness[Symbol.asyncDispose]())

const now = () => Math.floor(Date.now() / 1000)
let ids = 0
const signed = (change: Partial<Parameters<typeof sign>[0]> = {}) =>
  sign({ profile: 'standard', secrets: [secret], id: `msg_${ids++}`, timestampSeconds: now(), body: Buffer.from(body), ...change })
type Headers = Record<string, string | string[]>
const post = async (headers: Headers, sent: string | Uint8Array = body) => {
  const { status, headers: answered, json } = await harness.send('POST', '/in/default/signed', { headers, body: sent })
  return { status, code: json?.['code'], challenge: answered['www-authenticate'] }
}
const refused = { status: 401, challenge: expect.stringContaining('webhook-signature') }
const wrong = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='

describe('R69, S6: a listener', () => {
  test('takes what was signed with either secret, under the names of both families', async () => {
    for (const headers of [signed(), signed({ secrets: [old] }), signed({ profile: 'svix' }), signed({ secrets: [old, secret] })])
      expect(await post(headers)).toMatchObject({ status: 202 })
  })

  test('takes a signature in each spelling of its bytes: padded or not, in either alphabet', async () => {
    for (const respell of [(text: string) => text.replace('=', ''), (text: string) => Buffer.from(text, 'base64').toString('base64url')]) {
      const headers = signed()
      const value = headers['webhook-signature']!.slice(3)
      expect(await post({ ...headers, 'webhook-signature': `v1,${respell(value)}` })).toMatchObject({ status: 202 })
    }
  })

  const good = signed({ id: 'msg_table' })
  const but = (change: Headers): Headers => ({ ...good, ...change })
  const value = good['webhook-signature']!
  const digits = value.slice(3)
  const bytes = Buffer.from(digits, 'base64')
  const hexFacts = { profile: 'hex', secrets: ['abc'], attemptId: 'a', eventType: 't' } as const
  const spellings: Readonly<Record<string, string>> = {
    'no digits': 'v1,',
    'no version': digits,
    'version 2': `v2,${digits}`,
    'an asymmetric version': `v1a,${digits}`,
    'a version in capitals': `V1,${digits}`,
    'a cut signature': `v1,${digits.slice(0, -4)}`,
    'the beginning of a signature': `v1,${digits.slice(0, 8)}`,
    'a longer signature': `v1,${digits}AAAA`,
    'hexadecimal digits': `v1,${bytes.toString('hex')}`,
    'commas between signatures': `${wrong},${value}`,
    '200 wrong signatures': Array.from({ length: 200 }, () => wrong).join(' '),
    'the right signature behind 32 wrong ones': `${`${wrong} `.repeat(32)}${value}`,
  }
  const rows: [string, Headers][] = [
    ['without the headers', {}],
    ...Object.entries(good).flatMap(([name, own]): [string, Headers][] => [
      [`without ${name}`, Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))],
      [`with ${name} empty`, but({ [name]: '' })],
      [`with ${name} twice`, but({ [name]: [own, own] })],
    ]),
    ['signed with another secret', signed({ secrets: [generateSecret('standard', fill)] })],
    ['signed over another body', signed({ body: Buffer.from(`${body}\n`) })],
    ['with another id', but({ 'webhook-id': 'msg_other' })],
    ['with an id that holds a dot', but({ 'webhook-id': 'msg.table' })],
    ...Object.entries(spellings).map(([title, text]): [string, Headers] => [`with ${title}`, but({ 'webhook-signature': text })]),
    ['signed as hex', signed(hexFacts)],
  ]
  test.for(rows)('refuses a request %s with 401, and says what it asks for', async ([, headers]) => {
    expect(await post(headers)).toMatchObject(refused)
  })

  test('refuses 1,000 signatures, which no header of HTTP has room for here, with 431', async () => {
    expect(await post({ ...good, 'webhook-signature': `${wrong} `.repeat(1000) })).toMatchObject({ status: 431 })
  })
})

describe('S8: a listener', () => {
  // A second away from the edge on either side, since a real second may pass while the test is under way.
  test.for([
    [-310, 401],
    [-290, 202],
    [290, 202],
    [310, 401],
  ] as const)('answers a request whose clock is %d s off with %d', async ([offset, status]) => {
    expect(await post(signed({ timestampSeconds: now() + offset }))).toMatchObject({ status })
  })

  test.for(['hello', '', '1e9', '-1', '01790000000', `${'9'.repeat(40)}`])('refuses the timestamp %j with 401', async (timestamp) => {
    expect(await post({ ...signed(), 'webhook-timestamp': timestamp })).toMatchObject({ status: 401 })
  })

  test('1,000 replays of a signed request start one run', async () => {
    const listener = await harness.addListener({
      name: 'Replayed',
      system: 'standard-webhooks',
      suffix: '/replayed',
      auth: { kind: 'preset', secrets: [secret] },
    })
    await harness.addFlow(listener)
    let runs = 0
    harness.onRun(() => runs++)
    const headers = { ...signed(), 'content-type': 'application/json' }
    const replay = request('/in/default/replayed', headers, Buffer.from(body))
    const statuses = await sendRaw(
      harness.port,
      Array.from({ length: 1000 }, () => replay),
    )
    expect(new Set(statuses)).toEqual(new Set([202]))
    expect(runs).toBe(1)
  })
})

function request(path: string, headers: Readonly<Record<string, string>>, bytes: Uint8Array): Buffer {
  const lines = Object.entries({ host: 'localhost', 'content-length': String(bytes.length), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  // Latin-1, so that a flipped bit arrives as it is.
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), bytes])
}

test('S6: a listener refuses each of 10,000 requests with one bit flipped in body, id, timestamp or signature', async () => {
  const places = ['body', 'webhook-id', 'webhook-timestamp', 'webhook-signature'] as const
  // Evenly: fc.double favours what is near zero, so that nearly all flips would hit the first bit.
  const at = fc.noBias(fc.nat(2 ** 20 - 1)).map((n) => n / 2 ** 20)
  const flip = fc.record({ place: fc.constantFrom(...places), at })
  const requests = fc.sample(flip, { numRuns: FLIPS, seed: SEED }).map(({ place, at }) => {
    const headers = signed()
    const flipped = Buffer.from(place === 'body' ? body : headers[place]!)
    const bit = Math.floor(at * flipped.length * 8)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    return place === 'body'
      ? request('/in/default/signed', headers, flipped)
      : request('/in/default/signed', { ...headers, [place]: flipped.toString('latin1') }, Buffer.from(body))
  })
  const before = (await harness.requests()).filter(({ status }) => status === 'accepted').length
  const statuses = await sendRaw(harness.port, requests)
  // A flipped bit may also break HTTP itself, which is refused with 400 before anybody looks at the signature.
  const counts = Object.fromEntries(Object.entries(Object.groupBy(statuses, String)).map(([status, all]) => [status, all!.length]))
  expect(Object.keys(counts).toSorted()).toEqual(['400', '401'])
  expect(counts['401']).toBeGreaterThan(0.9 * FLIPS)
  expect(counts['400']! + counts['401']!).toBe(FLIPS)
  expect((await harness.requests()).filter(({ status }) => status === 'accepted').length).toBe(before)
  expect(await sendRaw(harness.port, [request('/in/default/signed', signed(), Buffer.from(body))])).toEqual([202])
})
