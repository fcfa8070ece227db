import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../test/support/test-api.ts'

const ID = '12345678901234567890123'
const RATE = '0.1234567890123456789012'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

/** A call whose body is this text, and the text of its answer. */
async function call(methodAndPath: string, body?: string): Promise<{ status: number; text: string }> {
  const [method = '', path = ''] = methodAndPath.split(' ', 2)
  const headers = { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' }
  const answer = await fetch(`${api.url}/api/v1${path}`, { method, headers, ...(body !== undefined && { body }) })
  return { status: answer.status, text: await answer.text() }
}

const flow = (n: string) =>
  `{ "name": "Numbers", "trigger": { "kind": "job" }, "steps": [{ "id": "n", "kind": "set_meta", "meta": { "literal": ${n}, "read": "{{ body.id }}" } }] }`

test('a flow keeps the digits of its numbers: its draft, its versions, what differs, and what it gives', async () => {
  expect((await call('PUT /app/shop/flow/numbers', flow(ID))).status).toBe(201)
  expect((await call('GET /app/shop/flow/numbers')).text).toContain(`"literal":${ID}`)
  await call('POST /app/shop/flow/numbers/publish', '{}')
  expect((await call('GET /app/shop/flow/numbers/version/1')).text).toContain(`"literal":${ID}`)
  await call('PUT /app/shop/flow/numbers', flow(`${ID}4`))
  await call('PATCH /app/shop/flow/numbers', '{ "name": "Numbers yet" }')
  expect((await call('GET /app/shop/flow/numbers')).text).toContain(`"literal":${ID}4`)
  expect((await call('GET /app/shop/flow/numbers/diff?from=1&to=draft')).text).toContain(`"literal":${ID}`)
  const ended = await call('POST /app/shop/run?wait=10', `{ "flow": "numbers", "document": { "id": ${RATE} } }`)
  expect(ended.text).toContain(`"meta":{"literal":${ID},"read":${RATE}}`)
})

test.each([
  ['a document', `{ "document": { "id": ${RATE} }, "meta": { "seen": ${ID} } }`],
  ['one of several', `{ "requests": [{ "document": { "id": ${RATE} } }], "meta": { "seen": ${ID} } }`],
  ['a definition that is not saved', `{ "definition": ${flow(ID)}, "document": { "id": ${RATE} }, "meta": { "seen": ${ID} } }`],
])('a try keeps the digits of %s', async (_what, body) => {
  await call('PUT /app/shop/flow/tried', flow(ID))
  const { text } = await call('POST /app/shop/flow/tried/test', body)
  expect(text).toContain(`"meta":{"seen":${ID},"literal":${ID},"read":${RATE}}`)
})

test('a field that is tried, a listener and an event type keep them too', async () => {
  const field = `{ "template": { "a": "{{ body.id }}", "b": ${ID} }, "requests": [{ "document": { "id": ${RATE} }, "item": ${ID} }] }`
  expect((await call('POST /app/shop/mapping/test', field)).text).toContain(`"value":{"a":${RATE},"b":${ID}}`)
  const expected = `{ "headers": [], "query": [], "body": { "id": ${ID} } }`
  const listener = `{ "uid": "l", "name": "L", "suffix": "/l", "auth": { "kind": "none" }, "expected": ${expected} }`
  expect((await call('POST /app/shop/listener', listener)).text).toContain(`"body":{"id":${ID}}`)
  await call('PATCH /app/shop/listener/l', '{ "name": "M" }')
  expect((await call('GET /app/shop/listener/l')).text).toContain(`"body":{"id":${ID}}`)
  const taken = `{ "name": "taken", "trigger": { "kind": "webhook", "listener": "l" }, "steps": [{ "id": "n", "kind": "set_meta", "meta": { "read": "{{ body.id }}" } }] }`
  expect((await call('PUT /app/shop/flow/taken', taken)).status).toBe(201)
  expect((await call('POST /app/shop/flow/taken/test', '{}')).text).toContain(`"meta":{"read":${ID}}`)
  await call(
    'POST /event-type',
    `{ "name": "n.made", "description": "", "example": { "id": ${ID} }, "schemas": { "1": { "const": ${ID} } } }`,
  )
  const type = (await call('GET /event-type/n.made')).text
  expect([type.includes(`"example":{"id":${ID}}`), type.includes(`"const":${ID}`)]).toEqual([true, true])
})

test.each([
  ['POST /app/shop/flow/tried/test', `{ "meta": ${ID} }`, '/meta'],
  ['POST /app/shop/listener', `{ "name": "X", "suffix": "/x", "auth": ${ID} }`, '/auth'],
  ['PUT /app/shop/flow/wrong', `{ "name": "W", "trigger": ${ID}, "steps": [] }`, '/trigger/kind'],
  ['PUT /app/shop/flow/wrong', `{ "name": "W", "trigger": { "kind": "job" }, "steps": [${ID}] }`, '/steps/0/kind'],
  ['POST /app/shop/flow/tried/test', ID, ''],
])('%s: a long number in the place of an object is refused: %s', async (methodAndPath, body, pointer) => {
  const { status, text } = await call(methodAndPath, body)
  expect([status, text]).toEqual([422, expect.stringContaining(`"pointer":"${pointer}"`)])
  expect(text).not.toContain('rawJSON')
})
