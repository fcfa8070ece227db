import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEgress, systemClock, type Egress } from '#platform'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../test/support/recording-receiver.ts'
import { startTestApi, type Json, type TestApi, type TestAnswer } from '../../../../test/support/test-api.ts'

let api: TestApi
let egress: Egress
let receiver: RecordingReceiver

beforeAll(async () => {
  receiver = await startRecordingReceiver()
  egress = createEgress({ clock: systemClock, allowHttp: true, allow: ['127.0.0.0/8'] })
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  await api.call('POST /app/shop/endpoint', { body: { uid: 'kept', url: receiver.url, headers: { 'X-Kept': '1' } } })
  await api.call('POST /app/shop/listener', { body: { uid: 'in', name: 'In', suffix: '/in', auth: { kind: 'none' } } })
})
afterAll(async () => {
  await api.stop()
  await egress.close()
  await receiver[Symbol.asyncDispose]()
})

/** As JSON text, because a record in this language cannot be written with every name. */
const record = (name: string, value: string) => `{${JSON.stringify(name)}:${JSON.stringify(value)}}`
const errorsOf = (answer: TestAnswer): readonly Json[] => (answer.body?.['errors'] ?? []) as unknown as readonly Json[]
const saved = ({ status }: TestAnswer) => (status < 300 ? 'taken' : 'refused')

let count = 0
/** Saves what a step sends, and publishes it. */
async function publish(step: string): Promise<TestAnswer> {
  const body = `{"name":"F${count++}","trigger":{"kind":"job"},"steps":[{"id":"a","kind":"send_webhook","url":"${receiver.url}",${step}}]}`
  const made = await api.call('POST /app/shop/flow', { body })
  return made.status === 201 ? api.call(`POST /app/shop/flow/${String(made.body['id'])}/publish`, { body: {} }) : made
}

/** Each place where headers are set, by what it says to one header. */
const places: Readonly<Record<string, (name: string, value: string) => Promise<TestAnswer>>> = {
  'an endpoint that is made': (name, value) =>
    api.call('POST /app/shop/endpoint', { body: `{"url":"${receiver.url}","headers":${record(name, value)}}` }),
  'the headers of an endpoint, PUT': (name, value) =>
    api.call('PUT /app/shop/endpoint/kept/headers', { body: `{"headers":${record(name, value)}}` }),
  'the headers of an endpoint, PATCH': (name, value) =>
    api.call('PATCH /app/shop/endpoint/kept/headers', { body: `{"headers":${record(name, value)}}` }),
  'a Send Webhook step': (name, value) => publish(`"headers":${record(name, value)}`),
  'the reply of a listener': (name, value) =>
    api.call('PATCH /app/shop/listener/in', { body: `{"reply":{"headers":${record(name, value)}}}` }),
}

const refused = [
  ...['Accept-Encoding', 'Connection', 'Content-Length', 'Expect', 'Host', 'Keep-Alive'],
  ...['Proxy-Connection', 'TE', 'Trailer', 'Transfer-Encoding', 'Upgrade', 'webhook-id', 'Webhook-Signature', 'svix-id', 'Bad Name', 'é'],
  ...['Svix-Signature', 'X-Webhook-Signature', 'x-webhook-event', 'a:b', '', '__proto__'],
]
const taken = ['Authorization', 'Cookie', 'X-API-Key', 'X-Signature', 'User-Agent', 'Accept', 'constructor', 'toString', 'X-Kept']
/** Older versions let them be saved, so what has them is sent as it was. */
const refusedAtSave = ['Proxy-Authenticate', 'Proxy-Authorization']
/** Receivers of requests believe that signing set them. */
const ofRequests = ['webhook-other', 'X-Webhook-Mine', 'WebHook-Allowed-Origin']
const ofReplies = ['Date', 'Content-Security-Policy', 'X-Content-Type-Options']

async function sent(name: string, value: string): Promise<'taken' | 'refused'> {
  const outcome = await egress.send({ url: receiver.url, method: 'POST', headers: [[name, value]], timeoutMs: 10_000 })
  if (outcome.kind === 'failed') expect(outcome.code).toBe('bad_header')
  return outcome.kind === 'response' ? 'taken' : 'refused'
}

describe('one list of header names', () => {
  it.each([
    ...refused.map((name) => [name, 'as it would be when it is sent', 'refused'] as const),
    ...refusedAtSave.map((name) => [name, 'and sent where it was saved before', 'taken'] as const),
  ])('R11: %j is refused at save in each place, %s', async (name, _, whenSent) => {
    expect(await sent(name, 'v')).toBe(whenSent)
    for (const [place, save] of Object.entries(places)) {
      const answer = await save(name, 'v')
      expect([place, saved(answer)]).toEqual([place, 'refused'])
      expect(errorsOf(answer)[0]?.['pointer'], place).toMatch(/\/headers\/[^/]*$/)
    }
  })

  it.each(ofRequests)('%s is refused where a request is set, taken in a reply, and sent where it was saved before', async (name) => {
    expect(await sent(name, 'v')).toBe('taken')
    for (const [place, save] of Object.entries(places)) {
      expect([place, saved(await save(name, 'v'))]).toEqual([place, place.startsWith('the reply') ? 'taken' : 'refused'])
    }
  })

  it.each([...taken, ...ofReplies])('%s is taken by what sends, and sent', async (name) => {
    expect(await sent(name, 'v')).toBe('taken')
    for (const [place, save] of Object.entries(places)) {
      const expected = ofReplies.includes(name) && place.startsWith('the reply') ? 'refused' : 'taken'
      expect([place, saved(await save(name, 'v'))]).toEqual([place, expected])
    }
  })

  it.each([
    ...['a\nb', 'a\r\nX-B: c', 'a\0'].map((value) => [value, 'as it would be when it is sent', 'refused'] as const),
    ...['a ', ' a', '\ta'].map((value) => [value, 'and sent where it was saved before', 'taken'] as const),
  ])('the value %j is refused in each place, %s', async (value, _, whenSent) => {
    expect(await sent('X-A', value)).toBe(whenSent)
    for (const [place, save] of Object.entries(places)) {
      const answer = await save('X-A', value)
      expect([place, saved(answer), JSON.stringify(errorsOf(answer)).includes('value of the header X-A')]).toEqual([place, 'refused', true])
    }
  })

  it('a literal that would be moved to the secrets is looked at before', async () => {
    for (const [step, pointer] of [
      ['"headers":{"X-API-Key":"a\\nb"}', '/steps/0/headers/X-API-Key'],
      ['"bearerToken":"Bearer abc"', '/steps/0/bearerToken'],
      ['"bearerToken":"abc "', '/steps/0/bearerToken'],
    ] as const)
      expect(errorsOf(await publish(step))).toMatchObject([{ pointer, code: 'invalid_header' }])
  })
})

describe('a name that reading would drop', () => {
  const own = '{"__proto__":"x"}'
  it.each([
    ['POST /app', `{"name":"N","metadata":${own}}`, '/metadata/__proto__'],
    ['POST /app/shop/endpoint', `{"url":"https://example.com","metadata":${own}}`, '/metadata/__proto__'],
    ['POST /app/shop/endpoint', `{"url":"https://example.com","filter":${own}}`, '/filter/__proto__'],
    ['PATCH /app/shop/endpoint/kept', `{"headers":${own}}`, '/headers/__proto__'],
    ['POST /event-type', `{"name":"a.b","description":"","schemas":{"__proto__":{}}}`, '/schemas/__proto__'],
    ['POST /event-type', `{"name":"a.b","description":"","schemas":{"1":${own}}}`, '/schemas/1/__proto__'],
    ['PATCH /app/shop/listener/in', `{"reply":{"error":{"headers":${own}}}}`, '/reply/error/headers/__proto__'],
    ['POST /app/shop/flow', '{"name":"F","trigger":{"kind":"job"},"steps":[],"__proto__":{}}', '/__proto__'],
    ['POST /app/shop/run', `{"flow":"x","meta":${own}}`, '/meta/__proto__'],
  ])('%s refuses %s', async (call, body, pointer) => {
    const answer = await api.call(call, { body })
    expect(answer.status).toBe(422)
    expect(errorsOf(answer)).toMatchObject([{ pointer, code: 'forbidden_name', message: expect.stringContaining('Choose another name') }])
  })

  it('is kept where any JSON is taken, because nobody reads it there', async () => {
    await api.call('POST /event-type', { body: { name: 'c.d', description: '' } })
    expect((await api.call('POST /app/shop/msg', { body: `{"eventType":"c.d","payload":${own}}` })).status).toBe(202)
  })
})
