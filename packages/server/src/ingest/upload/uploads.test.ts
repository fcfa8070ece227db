import { createHash, createHmac } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RequestForm } from '#platform'
import { CommitUnknownError } from '#store'
import { tablesOf } from '#store/testing'
import { openIngestHarness, type IngestHarness, type Received } from '../../../../../test/support/ingest-harness.ts'

let harness: IngestHarness
beforeEach(async () => {
  harness = await openIngestHarness({ settings: { fileBytesMax: 100_000, uploadBytesMax: 300_000, filesBytesMax: 400_000 } })
})
afterEach(() => harness[Symbol.asyncDispose]())

const open = { name: 'Forms in', auth: { kind: 'none' } as const }
const type = (boundary = 'xYz') => ({ 'content-type': `multipart/form-data; boundary=${boundary}` })

interface TestPart {
  readonly head: string
  readonly content: string | Uint8Array
}

const field = (name: string, content: string): TestPart => ({ head: `form-data; name="${name}"`, content })
const file = (name: string, fileName: string, content: string | Uint8Array, contentType = 'image/png'): TestPart => ({
  head: `form-data; name="${name}"; filename="${fileName}"\r\nContent-Type: ${contentType}`,
  content,
})

function formOf(parts: readonly TestPart[], boundary = 'xYz'): Buffer {
  return Buffer.concat([
    ...parts.flatMap(({ head, content }) => [
      Buffer.from(`--${boundary}\r\nContent-Disposition: ${head}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])
}

const post = (path: string, parts: readonly TestPart[], headers = {}): Promise<Received> =>
  harness.send('POST', `/in/default${path}`, { body: formOf(parts), headers: { ...type(), ...headers } })

const formKept = async (): Promise<RequestForm> => JSON.parse((await harness.requests()).at(-1)!.form!) as RequestForm
const entries = () => tablesOf(harness.store).selectFrom('entry').selectAll().orderBy('id').execute()
const bytesOf = async (id: string, size: number): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(harness.store.files.read(id as never, { start: 0, end: size })))
/** What stands in the folder of files, whoever put it there. */
const filesOnDisk = () => {
  const folder = join(harness.folder, 'files')
  return existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()) : []
}

describe('forms', () => {
  test('R96, R99: fields are kept with the request, files as entries with their hash', async () => {
    const listener = await harness.addListener({ ...open, suffix: '/a' })
    const photo = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 251))
    const sent = [
      field('title', 'Größe'),
      field('tag', 'a'),
      field('tag', 'b'),
      file('photo', 'me.png', photo),
      file('empty', 'none.txt', '', 'text/plain'),
    ]
    const received = await post('/a', sent)
    expect(received.status).toBe(202)
    const form = await formKept()
    expect(form.fields).toEqual([
      ['title', 'Größe'],
      ['tag', 'a'],
      ['tag', 'b'],
    ])
    const sha256 = createHash('sha256').update(photo).digest('hex')
    expect(form.files).toEqual([
      { id: expect.stringMatching(/^entry_/) as string, field: 'photo', name: 'me.png', contentType: 'image/png', size: 70_000, sha256 },
      expect.objectContaining({ field: 'empty', name: 'none.txt', contentType: 'text/plain', size: 0 }),
    ])
    const [request] = await harness.requests()
    expect(request).toMatchObject({ body: null, body_bytes: formOf(sent).length, status: 'accepted' })
    expect(await entries()).toEqual([
      expect.objectContaining({
        id: form.files[0]!.id,
        application_id: harness.application,
        listener_id: listener,
        request_id: request!.id,
        sha256,
        bytes: 70_000,
      }),
      expect.objectContaining({ id: form.files[1]!.id, bytes: 0 }),
    ])
    expect((await bytesOf(form.files[0]!.id, 70_000)).equals(photo)).toBe(true)
  })

  test('paths of the listener lead to its fields', async () => {
    await harness.addListener({ ...open, suffix: '/a', eventType: 'body.kind', dedup: { key: 'body.id' } })
    const parts = [field('kind', 'paid'), field('id', '7'), file('f', 'a', 'abc')]
    expect((await post('/a', parts)).status).toBe(202)
    expect((await post('/a', parts)).status).toBe(202)
    const requests = await harness.requests()
    expect(requests.map(({ status, event_type }) => [status, event_type])).toEqual([
      ['accepted', 'paid'],
      ['duplicate', 'paid'],
    ])
    // The file of the copy is gone.
    expect([requests[1]!.form, (await entries()).length, filesOnDisk().length]).toEqual([null, 1, 1])
  })

  test.each([
    ['form-data; name="a"; filename="../../etc/passwd"', '../../etc/passwd'],
    ['form-data; name="a"; filename="C:\\\\temp\\\\x.txt"', 'C:\\temp\\x.txt'],
    ['form-data; name="a"; filename="na\u00efve \u{1f600}.txt"', 'na\u00efve \u{1f600}.txt'],
    [`form-data; name="a"; filename="x"; filename*=UTF-8''na%C3%AFve.txt`, 'na\u00efve.txt'],
    ['form-data; name="a"; filename="say %22hi%22.txt"', 'say "hi".txt'],
    ['form-data; name="a"; filename="\u0000\u001b[2J.txt"', '\ufffd\ufffd[2J.txt'],
    ['form-data; name="a"; filename=plain.txt', 'plain.txt'],
    ['form-data;name="a";filename="x;y.txt"', 'x;y.txt'],
    [`form-data; name="a"; filename="${'n'.repeat(300)}"`, 'n'.repeat(255)],
  ])('S16, S17: a name is kept as sent and is never a path: %s', async (head, name) => {
    await harness.addListener({ ...open, suffix: '/a' })
    expect((await post('/a', [{ head, content: 'x' }])).status).toBe(202)
    expect((await formKept()).files[0]!.name).toBe(name)
    const [on] = filesOnDisk()
    expect(on!.name).toMatch(/^entry_[0-9A-Za-z]{22}$/)
  })

  test('a part without a file name is a field in its charset; a chosen nothing is no file', async () => {
    await harness.addListener({ ...open, suffix: '/a' })
    const latin = { head: 'form-data; name="l"\r\nContent-Type: text/plain; charset=ISO-8859-1', content: Buffer.from('\u00e9', 'latin1') }
    const parts = [latin, field('_charset_', 'windows-1252'), { ...field('w', ''), content: Buffer.from([0x80]) }, file('none', '', '')]
    expect((await post('/a', parts)).status).toBe(202)
    const form = await formKept()
    expect(form).toEqual({
      fields: [
        ['l', '\u00e9'],
        ['_charset_', 'windows-1252'],
        ['w', '\u20ac'],
      ],
      files: [],
    })
  })

  test('S16: JSON that looks like a form is only JSON', async () => {
    await harness.addListener({ ...open, suffix: '/a', onMalformed: 'raw' })
    const forged = JSON.stringify({
      fields: [],
      files: [{ id: 'entry_0', name: '/etc/passwd', field: 'f', contentType: 'x/y', size: 1, sha256: '' }],
    })
    for (const headers of [{ 'content-type': 'application/json' }, type()]) {
      expect((await harness.send('POST', '/in/default/a', { body: forged, headers })).status).toBe(202)
      expect((await harness.requests()).at(-1)).toMatchObject({ form: null, body_bytes: forged.length })
    }
    expect(await entries()).toEqual([])
  })
})

describe('what is no form', () => {
  const whole = formOf([field('a', 'b'), file('f', 'a', 'x'.repeat(1000))])
  const broken: [name: string, body: Buffer | string, contentType?: string][] = [
    ['no boundary', whole, 'multipart/form-data'],
    ['an empty boundary', whole, 'multipart/form-data; boundary='],
    ['a boundary that cannot be', whole, 'multipart/form-data; boundary="a{b"'],
    ['another boundary', whole, 'multipart/form-data; boundary=other'],
    ['cut off in a file', whole.subarray(0, 600)],
    ['cut off in a head', whole.subarray(0, 30)],
    ['without its end', whole.subarray(0, -6)],
    ['text', 'hello'],
    ['a part without a name', formOf([{ head: 'form-data', content: 'x' }])],
    ['a part with an empty name', formOf([field('', 'x')])],
    ['a part of another kind', formOf([{ head: 'attachment; name="a"', content: 'x' }])],
    ['a name of 201 characters', formOf([field('n'.repeat(201), 'x')])],
    ['a head without an end', `--xYz\r\nContent-Disposition: form-data; name="a"\r\nX: ${'y'.repeat(100_000)}`],
    ['a head of 20,000 lines', `--xYz\r\n${'X: y\r\n'.repeat(20_000)}\r\nz\r\n--xYz--`],
  ]

  test.each(broken)('S15: %s is 400, and nothing of it is left', async (_, body, contentType = 'multipart/form-data; boundary=xYz') => {
    await harness.addListener({ ...open, suffix: '/a' })
    const refused = await harness.send('POST', '/in/default/a', { body, headers: { 'content-type': contentType } })
    expect([refused.status, refused.json?.['code']]).toEqual([400, 'malformed_multipart'])
    expect([await entries(), filesOnDisk()]).toEqual([[], []])
    expect((await harness.requests()).map(({ status, reason }) => [status, reason])).toEqual([['rejected', 'malformed_multipart']])
  })

  test.each(broken)(
    'S15: %s is kept raw where the listener takes anything',
    async (_, body, contentType = 'multipart/form-data; boundary=xYz') => {
      await harness.addListener({ ...open, suffix: '/a', onMalformed: 'raw' })
      expect((await harness.send('POST', '/in/default/a', { body, headers: { 'content-type': contentType } })).status).toBe(202)
      const [request] = await harness.requests()
      expect(Buffer.from(request!.body!).toString()).toBe(body.toString())
      expect([request!.form, filesOnDisk()]).toEqual([null, []])
    },
  )

  test('another multipart type, and a listener that wants text, have a body', async () => {
    await harness.addListener({ ...open, suffix: '/a' })
    await harness.addListener({ ...open, suffix: '/text', bodyFormat: 'text' })
    await harness.send('POST', '/in/default/a', { body: 'x', headers: { 'content-type': 'multipart/mixed; boundary=a' } })
    await harness.send('POST', '/in/default/text', { body: whole, headers: type() })
    expect((await harness.requests()).map(({ form, body_bytes }) => [form, body_bytes])).toEqual([
      [null, 1],
      [null, whole.length],
    ])
  })

  test('an empty body is none, and a coded one is 415', async () => {
    await harness.addListener({ ...open, suffix: '/a' })
    expect((await harness.send('POST', '/in/default/a', { headers: type() })).status).toBe(202)
    expect((await harness.send('POST', '/in/default/a', { body: whole, headers: { ...type(), 'content-encoding': 'gzip' } })).status).toBe(
      415,
    )
  })
})

describe('limits', () => {
  test.each<[string, () => TestPart[], RegExp]>([
    ['101 files', () => Array.from({ length: 101 }, () => file('f', 'a', 'x')), /100 files/],
    ['3,000 parts', () => Array.from({ length: 3000 }, (_, i) => field(`f${i}`, '')), /1000 fields/],
    ['a file of 100,001 bytes', () => [file('f', 'a', 'x'.repeat(100_001))], /A file has 100000 bytes/],
    ['300,000 bytes in all', () => Array.from({ length: 4 }, () => file('f', 'a', 'x'.repeat(80_000))), /300000 bytes/],
    [
      'fields larger than a body',
      () => [field('a', 'x'.repeat(60_000)), field('b', 'x'.repeat(60_000))],
      /fields of a form have 100000 bytes/,
    ],
  ])('S15: %s are 413, and nothing of it is left', async (_, parts, detail) => {
    await harness.addListener({ ...open, suffix: '/a', bodyBytesMax: 100_000 })
    const refused = await post('/a', parts())
    expect([refused.status, refused.json?.['code']]).toEqual([413, 'payload_too_large'])
    expect(refused.json?.['detail']).toMatch(detail)
    expect([await entries(), filesOnDisk()]).toEqual([[], []])
  })

  test('100 files and 1,000 fields are taken, and a listener may take larger forms', async () => {
    await harness.addListener({ ...open, suffix: '/a', uploadBytesMax: 390_000 })
    expect(
      (
        await post(
          '/a',
          Array.from({ length: 100 }, () => file('f', 'a', 'x')),
        )
      ).status,
    ).toBe(202)
    expect(
      (
        await post(
          '/a',
          Array.from({ length: 1000 }, () => field('f', 'x')),
        )
      ).status,
    ).toBe(202)
    expect(
      (
        await post(
          '/a',
          Array.from({ length: 4 }, () => file('f', 'a', 'x'.repeat(80_000))),
        )
      ).status,
    ).toBe(202)
  })

  test('R99: what an application keeps is bounded, until some of it was removed', async () => {
    await harness.addListener({ ...open, suffix: '/a' })
    const large = Array.from({ length: 3 }, () => file('f', 'a', 'x'.repeat(90_000)))
    expect((await post('/a', large)).status).toBe(202)
    const refused = await post('/a', large)
    expect([refused.status, refused.json?.['code']]).toEqual([507, 'file_quota_reached'])
    expect((await post('/a', [file('f', 'a', 'small')])).status).toBe(202)
    const [first] = await entries()
    const statements = [harness.store.statements.entries.remove(first!.id, 1)]
    await harness.store.mutate({ statements, application: null, audit: [] })
    await harness.store.purgeEntries(10)
    expect((await post('/a', large.slice(1))).status).toBe(202)
  })

  test.each([
    ['cannot be asked', () => Promise.reject(new Error('the store is away'))],
    ['does not have it yet', async () => undefined],
  ])('F8: after a commit of which nobody knows, its files stay where the store %s', async (_, outcome) => {
    await harness[Symbol.asyncDispose]()
    harness = await openIngestHarness({
      change: (deps) => ({
        ...deps,
        committer: {
          ...deps.committer,
          async accept(operation) {
            await deps.committer.accept(operation)
            throw new CommitUnknownError(new Error('the connection broke'))
          },
        },
        store: { ...deps.store, logs: { ...deps.store.logs, requests: { ...deps.store.logs.requests, outcome } } },
      }),
    })
    await harness.addListener({ ...open, suffix: '/a' })
    expect((await post('/a', [file('f', 'a.txt', 'bytes')])).status).toBe(503)
    const [entry] = await entries()
    expect((await bytesOf(entry!.id, 5)).toString()).toBe('bytes')
  })

  test('who goes away in the middle leaves nothing', async () => {
    await harness.addListener({ ...open, suffix: '/a' })
    const socket = connect(harness.port, '127.0.0.1')
    const head = `POST /in/default/a HTTP/1.1\r\nHost: a\r\nContent-Type: ${type()['content-type']}\r\nContent-Length: 200000\r\n\r\n`
    socket.write(Buffer.concat([Buffer.from(head), formOf([file('f', 'a', 'x'.repeat(90_000))]).subarray(0, 50_000)]))
    while (filesOnDisk().length === 0) await new Promise(setImmediate)
    socket.destroy()
    while (filesOnDisk().length > 0) await new Promise(setImmediate)
    expect(await harness.requests()).toEqual([])
  })
})

describe('authentication', () => {
  const secret = 'a-secret-of-enough-length'
  const auth = { kind: 'hmac', header: 'X-Signature', algorithm: 'sha256', encoding: 'hex', secrets: [secret] }
  const parts = [field('a', 'b'), file('f', 'a.png', 'bytes')]
  const signed = (bytes: Uint8Array) => ({ 'x-signature': createHmac('sha256', secret).update(bytes).digest('hex') })

  test('S9: a signed form is verified over its bytes before any of it is read', async () => {
    await harness.addListener({ ...open, suffix: '/a' }, auth)
    expect((await post('/a', parts, signed(formOf(parts)))).status).toBe(202)
    expect((await formKept()).files).toHaveLength(1)
    const refused = await post('/a', parts, signed(Buffer.from('other')))
    expect([refused.status, refused.json?.['code']]).toEqual([401, 'signature_mismatch'])
    const malformed = await harness.send('POST', '/in/default/a', { body: 'no form', headers: { ...type(), ...signed(Buffer.from('x')) } })
    expect(malformed.status).toBe(401)
    expect([(await entries()).length, filesOnDisk().length]).toEqual([1, 1])
  })

  test('a form is refused for its key before its bytes are read', async () => {
    await harness.addListener({ name: 'Keyed', suffix: '/a', auth: { kind: 'api_key', keys: ['right'] } })
    expect((await post('/a', parts, { 'x-api-key': 'wrong' })).status).toBe(401)
    expect((await post('/a', parts, { 'x-api-key': 'right' })).status).toBe(202)
    expect(filesOnDisk()).toHaveLength(1)
  })

  test('a configuration that changed meanwhile judges the same form once more', async () => {
    const listener = await harness.addListener({ ...open, suffix: '/a' })
    const sent = Array.from({ length: 20 }, () => post('/a', parts))
    for (let i = 0; i < 5; i++) await harness.changeListener(listener, { name: `n${i}` })
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual(Array(20).fill(202))
    expect([(await entries()).length, filesOnDisk().length]).toEqual([20, 20])
  })
})
