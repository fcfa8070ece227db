import { generateSecret } from '../src/signing/key.ts'
import { sign } from '../src/signing/sign.ts'
import type { VerifyInput, VerifyResult } from '../src/signing/index.ts'
import vectors from './standard-webhooks-vectors.json' with { type: 'json' }

/** A request and what is to be said of it. Made of plain texts and bytes, so that a browser can be given it. */
export interface VerifyCase {
  readonly title: string
  readonly input: Omit<VerifyInput, 'secrets' | 'headers'> & {
    readonly secrets: readonly string[]
    readonly headers: Readonly<Record<string, string | string[]>>
  }
  readonly code: 'ok' | Extract<VerifyResult, { ok: false }>['code']
  /** A spelling of a right signature that Posthorn takes and never sends: receivers' own functions need not know it. */
  readonly respelt?: true
}

const bytes = (text: string) => new TextEncoder().encode(text)
const filledWith = (value: number) => (target: Uint8Array) => target.fill(value)
const [v1, , v3] = vectors.valid as [Vector, Vector, Vector]
type Vector = (typeof vectors.valid)[number]
type Input = VerifyCase['input']
const digits = v1.signature.slice(3)
const wrong = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='

const good: Input = {
  profile: 'standard',
  secrets: [v1.secret],
  headers: { 'webhook-id': v1.id, 'webhook-timestamp': String(v1.timestamp), 'webhook-signature': v1.signature },
  body: bytes(v1.body),
  nowSeconds: v1.timestamp,
}
const one = (title: string, code: VerifyCase['code'], change: Partial<Input>): VerifyCase => ({
  title,
  code,
  input: { ...good, ...change },
})
const signature = (title: string, code: VerifyCase['code'], value: string | string[]) =>
  one(title, code, { headers: { ...good.headers, 'webhook-signature': value } })
const respelt = (given: VerifyCase): VerifyCase => ({ ...given, respelt: true })
const header = (title: string, code: VerifyCase['code'], change: Record<string, string | string[]>) =>
  one(title, code, { headers: { ...good.headers, ...change } })

const hexSecret = generateSecret('hex', filledWith(0xab))
const hexBody = bytes('{"type":"invoice.paid"}')
const hexHeaders = sign({
  profile: 'hex',
  secrets: [hexSecret],
  id: 'evt_1',
  attemptId: 'atmpt_1',
  eventType: 'invoice.paid',
  timestampSeconds: v1.timestamp,
  body: hexBody,
})
const hexInput = { profile: 'hex', secrets: [hexSecret], headers: hexHeaders, body: hexBody } as const
const hexSignature = hexHeaders['X-Webhook-Signature']!
const svixHeaders = { 'svix-id': v1.id, 'svix-timestamp': String(v1.timestamp), 'svix-signature': v1.signature }
const without = (name: string) => Object.fromEntries(Object.entries(good.headers).filter(([key]) => key !== name))

/** The tables of what must be accepted and what must be refused, in all profiles. */
export const verifyCases: readonly VerifyCase[] = [
  ...vectors.valid.map(({ name, secret, id, timestamp, body, signature: value }) =>
    one(`vector ${name}`, 'ok', {
      secrets: [secret],
      headers: { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': value },
      body: bytes(body),
      nowSeconds: timestamp,
    }),
  ),
  one('vector V4: the public key alone', 'ok', {
    secrets: [v3.publicKey!],
    headers: { ...good.headers, 'webhook-signature': v3.signature },
  }),
  ...vectors.verification.map((vector) =>
    one(`edge vector ${JSON.stringify(vector)}`, edgeCode(vector), {
      secrets: [vector.secret ?? v1.secret],
      headers: {
        ...good.headers,
        'webhook-signature': vector.signature ?? v1.signature,
        'webhook-timestamp': vector.timestamp ?? String(v1.timestamp),
      },
      nowSeconds: v1.timestamp + (vector.clockOffsetSeconds ?? 0),
    }),
  ),
  one('the svix profile', 'ok', { profile: 'svix', headers: svixHeaders }),
  one('either family', 'ok', { profile: ['standard', 'svix'], headers: svixHeaders }),
  one('the other family', 'missing_header', { headers: svixHeaders }),
  one('the hex profile', 'ok', hexInput),
  respelt(
    one('the hex profile in capitals', 'ok', {
      ...hexInput,
      headers: { ...hexHeaders, 'X-Webhook-Signature': hexSignature.toUpperCase() },
    }),
  ),
  one('hex with an old secret beside the new one', 'ok', {
    ...hexInput,
    headers: { ...hexHeaders, 'X-Webhook-Signature': `${'0'.repeat(64)} ${hexSignature}` },
  }),
  one('the hex profile with another body', 'no_match', { ...hexInput, body: bytes('{}') }),
  one('the hex profile with a secret in capitals', 'no_match', { ...hexInput, secrets: [hexSecret.toUpperCase()] }),
  one('the second of two secrets', 'ok', { secrets: [generateSecret('standard', filledWith(1)), v1.secret] }),
  one('a secret that cannot be read beside one that fits', 'ok', { secrets: ['', v1.secret] }),
  one('another secret', 'no_match', { secrets: [generateSecret('standard', filledWith(1))] }),
  one('no secret', 'bad_secret', { secrets: [] }),
  one('empty secrets', 'bad_secret', { secrets: ['', 'whsec_'] }),
  one('halves of a key pair that do not belong together', 'bad_secret', { secrets: [`${v3.secret.slice(0, -8)}AAAAAA==`] }),
  one('a public key that is cut', 'bad_secret', { secrets: ['whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] }),
  one('an empty body', 'no_match', { body: new Uint8Array() }),
  one('a line end after the body', 'no_match', { body: bytes(`${v1.body}\n`) }),
  ...Object.keys(good.headers).flatMap((name) => [
    one(`without ${name}`, 'missing_header', { headers: without(name) }),
    header(`${name} empty`, 'missing_header', { [name]: '' }),
    header(`${name} twice in a list`, 'missing_header', { [name]: [String(good.headers[name]), String(good.headers[name])] }),
    header(`${name} twice in two spellings`, 'missing_header', { [name.toUpperCase()]: String(good.headers[name]) }),
    one(`${name} in capitals`, 'ok', { headers: { ...without(name), [name.toUpperCase()]: String(good.headers[name]) } }),
  ]),
  header('an id with a dot', 'no_match', { 'webhook-id': `${v1.id}.1` }),
  header('another id', 'no_match', { 'webhook-id': 'msg_1' }),
  ...['v1,', digits, `v2,${digits}`, `v1a,${digits}`, `V1,${digits}`, `v1,${digits.slice(0, -4)}`, `v1,${digits}=`].map((value) =>
    signature(`the signature ${value}`, 'no_match', value),
  ),
  signature('a longer signature', 'no_match', `v1,${digits}AAAA`),
  respelt(signature('a signature without its padding', 'ok', `v1,${digits.replace('=', '')}`)),
  respelt(signature('a base64url signature', 'ok', `v1,${digits.replaceAll('+', '-').replaceAll('/', '_')}`)),
  respelt(
    signature('a base64url signature without its padding', 'ok', `v1,${digits.replaceAll('+', '-').replaceAll('/', '_').replace('=', '')}`),
  ),
  signature('two alphabets in one signature', 'no_match', `v1,${digits.replace('+', '-')}`),
  header('a timestamp in milliseconds', 'bad_timestamp', { 'webhook-timestamp': String(v1.timestamp * 1000) }),
  signature('signatures parted by commas', 'no_match', `${wrong},${v1.signature}`),
  signature('spaces', 'no_match', '   '),
  signature('the right one in place 32', 'ok', `${`${wrong} `.repeat(31)}${v1.signature}`),
  signature('the right one in place 33', 'no_match', `${`${wrong} `.repeat(32)}${v1.signature}`),
  signature('1,000 signatures', 'no_match', `${wrong} `.repeat(1000)),
  respelt(
    one('a v1a signature without its padding', 'ok', {
      secrets: [v3.publicKey!],
      headers: { ...good.headers, 'webhook-signature': v3.signature.replace('==', '') },
    }),
  ),
  one('a v1a signature with another last digit', 'no_match', {
    secrets: [v3.publicKey!],
    headers: { ...good.headers, 'webhook-signature': v3.signature.replace('g==', 'h==') },
  }),
  ...([-301, -300, -299, 299, 300, 301] as const).map((offset) =>
    one(`a clock ${offset} s off`, Math.abs(offset) > 300 ? 'stale_timestamp' : 'ok', { nowSeconds: v1.timestamp + offset }),
  ),
  one('a tolerance of a minute', 'stale_timestamp', { nowSeconds: v1.timestamp + 61, toleranceSeconds: 60 }),
  one('a clock that is no number', 'stale_timestamp', { nowSeconds: Number.NaN }),
  ...['hello', '161426533.0', '-1614265330', '01614265330', '1e9', '\u0663', '9'.repeat(40)].map((text) =>
    header(`the timestamp ${text}`, 'bad_timestamp', { 'webhook-timestamp': text }),
  ),
]

function edgeCode({ accepted, refused, timestamp, clockOffsetSeconds }: (typeof vectors.verification)[number]): VerifyCase['code'] {
  if (accepted === true) return 'ok'
  if (refused === 'secret') return 'bad_secret'
  if (timestamp !== undefined) return 'bad_timestamp'
  return clockOffsetSeconds === undefined ? 'no_match' : 'stale_timestamp'
}
