import { createHmac } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import type { Reply } from '#domain'
import { openIngestHarness, type IngestHarness } from '../../../../test/support/ingest-harness.ts'

let harness: IngestHarness
afterEach(() => harness[Symbol.asyncDispose]())

const NAME = 'café 日本'
/** As Node writes and reads it: each byte a character. */
const wire = (bytes: string | Buffer) => Buffer.from(bytes as string).toString('latin1')
const E_ACUTE = Buffer.from([0xe9])

async function open(listener: Record<string, unknown> = {}): Promise<void> {
  harness = await openIngestHarness()
  await harness.addListener({ name: 'A', uid: 'a', suffix: '/a', auth: { kind: 'none' }, ...listener } as never)
}

/** The body as bytes: beside text, Node would encode the head once more. */
const send = (headers: Record<string, string>) =>
  harness.send('POST', '/in/default/a', { body: Buffer.from('{}'), headers: { 'content-type': 'application/json', ...headers } })

test.each([
  ['nothing', null, 'utf8'],
  ['text', 'text', 'utf8'],
  ['text that is not ASCII', 'é', 'utf8'],
  ['bytes', '/+8=', 'base64'],
] as const)('a header of a reply is UTF-8 beside %s', async (_what, body, encoding) => {
  await open({ reply: { mode: 'flow' } })
  await harness.addFlow('a', { answers: true })
  const reply: Reply = { status: 200, headers: { 'x-name': NAME, 'x-list': ['a', NAME] }, body, encoding }
  harness.onRun((run) => void harness.reply(run, reply))
  const received = await send({})
  expect([received.headers['x-name'], received.headers['x-list']]).toEqual([wire(NAME), wire(`a, ${NAME}`)])
  expect(received.body).toEqual(Buffer.from(body ?? '', encoding))
  expect(Number(received.headers['content-length'])).toBe(received.body.length)
})

test("so are the headers of the listener's own reply", async () => {
  await open({ reply: { mode: 'at_once', status: 200, headers: { 'X-Name': NAME }, body: 'é' } })
  const received = await send({})
  expect([received.headers['x-name'], received.text]).toEqual([wire(NAME), 'é'])
})

test('headers of requests are read as UTF-8 where they are, and as Latin-1 where they are not', async () => {
  await open({ eventType: 'header:x-name' })
  await send({ 'x-name': wire(NAME), 'x-old': wire(E_ACUTE), 'content-type': wire('text/plain; name="é"') })
  const [kept] = await harness.requests()
  expect(JSON.parse(kept!.headers)).toEqual(
    expect.arrayContaining([
      ['x-name', NAME],
      ['x-old', 'é'],
    ]),
  )
  expect([kept!.event_type, kept!.content_type]).toEqual([NAME, 'text/plain; name="é"'])
})

test('an API key that is not ASCII is compared as text', async () => {
  await open({ auth: { kind: 'api_key', in: 'header', name: 'X-Key', keys: ['schlüssel-der-lang-genug-ist'] } })
  expect((await send({ 'x-key': wire('schlüssel-der-lang-genug-ist') })).status).toBe(202)
  expect((await send({ 'x-key': 'schlussel-der-lang-genug-ist' })).status).toBe(401)
})

test.each([
  ['UTF-8', Buffer.from(NAME)],
  ['Latin-1', E_ACUTE],
])('a signature over a header covers its bytes as they came, in %s', async (_name, bytes) => {
  const secret = 'a-secret-that-is-long-enough-for-this'
  await open({
    auth: {
      kind: 'hmac',
      algorithm: 'sha256',
      encoding: 'hex',
      header: 'X-Sig',
      signedString: '{header:x-name}.{body}',
      secrets: [secret],
    },
  })
  const signature = createHmac('sha256', secret).update(bytes).update('.{}').digest('hex')
  expect((await send({ 'x-name': wire(bytes), 'x-sig': signature })).status).toBe(202)
})
