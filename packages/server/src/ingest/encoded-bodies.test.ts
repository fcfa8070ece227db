import { createHmac, generateKeyPairSync, hash, sign } from 'node:crypto'
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openIngestHarness, type IngestHarness } from '../../../../test/support/ingest-harness.ts'

let harness: IngestHarness
beforeEach(async () => {
  harness = await openIngestHarness()
})
afterEach(() => harness[Symbol.asyncDispose]())

const open = { name: 'Orders in', auth: { kind: 'none' } as const }
const text = JSON.stringify({ id: 'e-1', list: 'abc'.repeat(200) })
const codings: [coding: string, encode: (bytes: string | Uint8Array) => Uint8Array][] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['identity, GZIP', gzipSync],
]
const post = (path: string, coding: string, body: Uint8Array, headers = {}) =>
  harness.send('POST', `/in/default${path}`, { body, headers: { 'content-encoding': coding, ...headers } })

test.each(codings)('R95: a body in %s is kept as what it says, and its values are found', async (coding, encode) => {
  await harness.addListener({ ...open, suffix: '/a', dedup: { key: 'body.id' } })
  expect((await post('/a', coding, encode(text))).status).toBe(202)
  const [request] = await harness.requests()
  expect(Buffer.from(request!.body!).toString()).toBe(text)
  expect(request).toMatchObject({ body_bytes: text.length, dedup_key: expect.any(String) as string })
  expect((await post('/a', coding, encode(text))).status).toBe(202)
  expect((await harness.requests()).map(({ status }) => status)).toEqual(['accepted', 'duplicate'])
})

test('an empty body is empty in every coding', async () => {
  await harness.addListener({ ...open, suffix: '/a' })
  for (const body of [new Uint8Array(0), gzipSync('')]) expect((await post('/a', 'gzip', body)).status).toBe(202)
  expect((await harness.requests()).map(({ body_bytes }) => body_bytes)).toEqual([0, 0])
})

test.each(codings)('R93, S9: the signature is checked over the bytes as %s, and before they are decoded', async (coding, encode) => {
  const secret = 'a-secret-of-enough-length'
  const auth = { kind: 'hmac', header: 'X-Signature', algorithm: 'sha256', encoding: 'hex', secrets: [secret] }
  await harness.addListener({ ...open, suffix: '/sent' }, auth)
  await harness.addListener({ ...open, suffix: '/decoded', signatureCovers: 'decoded' }, auth)
  const sign = (bytes: string | Uint8Array) => ({ 'x-signature': createHmac('sha256', secret).update(bytes).digest('hex') })
  const sent = encode(text)
  expect((await post('/sent', coding, sent, sign(sent))).status).toBe(202)
  expect((await post('/decoded', coding, sent, sign(text))).status).toBe(202)
  expect((await post('/sent', coding, sent, sign(text))).json?.['code']).toBe('signature_mismatch')
  expect((await post('/decoded', coding, sent, sign(sent))).json?.['code']).toBe('signature_mismatch')
  expect((await post('/sent', coding, Buffer.from('no code'), sign('x'))).status).toBe(401)
  const refused = (await harness.requests()).find(({ reason }) => reason === 'signature_mismatch')
  expect(Buffer.from(refused!.body!)).toEqual(Buffer.from(sent))
})

test('R93: and so is one by a key that only its sender has, and the digest that a token holds', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const pem = publicKey.export({ format: 'pem', type: 'spki' })
  const secret = 'a-secret-of-enough-length'
  await harness.addListener({ ...open, suffix: '/key' }, { kind: 'ed25519', header: 'X-Signature', keyEncoding: 'pem', keys: [pem] })
  const bodyHash = { claim: 'sha', algorithm: 'sha256', encoding: 'hex' } as const
  await harness.addListener({ ...open, suffix: '/token' }, { kind: 'jwt', header: 'X-Token', secrets: [secret], bodyHash })
  const signed = async (bytes: Uint8Array) => ({
    'x-signature': sign(null, bytes, privateKey).toString('hex'),
    'x-token': await new SignJWT({ sha: hash('sha256', bytes, 'hex') }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret)),
  })
  const sent = gzipSync(text)
  for (const path of ['/key', '/token']) {
    expect((await post(path, 'gzip', sent, await signed(sent))).status, path).toBe(202)
    expect((await post(path, 'gzip', sent, await signed(Buffer.from(text)))).json?.['code'], path).toBe('signature_mismatch')
    // What is not verified is not decoded.
    expect((await post(path, 'gzip', Buffer.from('no gzip'), await signed(sent))).status, path).toBe(401)
  }
})

test('S14: what is cut off or is another coding is a 400 that says so', async () => {
  await harness.addListener({ ...open, suffix: '/a' })
  for (const [coding, encode] of codings) {
    for (const body of [encode(text).subarray(0, -3), Buffer.from(text)]) {
      const refused = await post('/a', coding, body)
      expect([refused.status, refused.json?.['code']], coding).toEqual([400, 'malformed_encoding'])
    }
  }
})

const zeros = Buffer.alloc(64 * 1024 * 1024)
const bombs: [name: string, coding: string, body: () => Uint8Array][] = [
  ['gzip', 'gzip', () => gzipSync(zeros)],
  ['gzip of many members', 'gzip', () => Buffer.concat(Array<Uint8Array>(64).fill(gzipSync(zeros.subarray(0, 1024 * 1024))))],
  ['deflate', 'deflate', () => deflateSync(zeros)],
  ['br', 'br', () => brotliCompressSync(zeros)],
  ['zstd', 'zstd', () => zstdCompressSync(zeros)],
]

test.each(bombs)('S14: a bomb of 64 MiB in %s is 413, and ends after a hundred times its size', async (_, coding, body) => {
  await harness.addListener({ ...open, suffix: '/a', bodyBytesMax: 100_000_000 })
  const bomb = body()
  const before = process.memoryUsage().rss
  const refused = await Promise.all(Array.from({ length: 20 }, () => post('/a', coding, bomb)))
  expect(refused.map(({ status }) => status)).toEqual(Array(20).fill(413))
  expect(refused[0]!.json?.['detail']).toMatch(/more than 100 times its size/)
  // Each may come to 100 times its own size, which is 7 MiB here at most; four are under way at once.
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
})

test('S14: what grows little is held to the size of a body, decoded', async () => {
  await harness.addListener({ ...open, suffix: '/a', bodyBytesMax: 10_000 })
  expect((await post('/a', 'gzip', gzipSync(`"${'a'.repeat(9_998)}"`))).status).toBe(202)
  const refused = await post('/a', 'gzip', gzipSync(`"${'a'.repeat(9_999)}"`))
  expect([refused.status, refused.json?.['detail']]).toEqual([413, expect.stringContaining('10000 bytes')])
})

test('S14: a window that would take 128 MiB of memory is refused', async () => {
  await harness.addListener({ ...open, suffix: '/a' })
  const params = { [constants.ZSTD_c_windowLog]: 27 }
  const refused = await post('/a', 'zstd', zstdCompressSync(zeros, { params }))
  expect([refused.status, refused.json?.['code']]).toEqual([400, 'malformed_encoding'])
})

test('a configuration that changed meanwhile judges the decoded body once more', async () => {
  const listener = await harness.addListener({ ...open, suffix: '/a' })
  const encoded = gzipSync(text)
  const sent = Array.from({ length: 30 }, () => post('/a', 'gzip', encoded))
  for (let i = 0; i < 5; i++) await harness.changeListener(listener, { name: `n${i}` })
  expect((await Promise.all(sent)).map(({ status }) => status)).toEqual(Array(30).fill(202))
  expect((await harness.requests()).every(({ body }) => Buffer.from(body!).toString() === text)).toBe(true)
})
