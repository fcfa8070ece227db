import { describe, expect, test } from 'vitest'
import { flowDefinitionSchema } from './flow/flow-definition.ts'
import { keptFlowDefinition, keptListener, keptListenerAuth } from './kept.ts'
import { listenerIn } from './listener/listener.ts'
import { openListenerAuth } from './listener/listener-auth.ts'

const auth = { kind: 'none' }
const listener = (reply: object, more: object = {}) => ({ name: 'A', suffix: '/a', auth, reply, ...more })
const job = (...steps: object[]) => ({ name: 'A', trigger: { kind: 'job' }, steps })
const send = { id: 'a', kind: 'send_webhook', url: 'https://example.com' }

describe('what an older version saved', () => {
  test.each([
    listener({ headers: { 'X-A': 'a ' } }),
    listener({ headers: { 'x-a': '1', 'X-A': '2' } }),
    listener({ headers: { 'Accept-Encoding': 'gzip' } }),
    listener({ timeoutMs: 90_000, later: true }),
    listener({ error: { headers: { Expect: 'a' } } }),
    listener({}, { later: 1, expected: { body: { a: 1 }, headers: [{ name: 'a', later: 1 }] }, dedup: { windowHours: 9000 } }),
  ])('is read as a listener, and refused when it is to be saved anew: %j', (row) => {
    expect(listenerIn.safeParse(row).success).toBe(false)
    const read = keptListener.parse(row)
    expect(read).not.toHaveProperty('later')
    expect(read).toMatchObject({ methods: ['POST'], onMalformed: 'reject', reply: { mode: 'auto', body: null } })
    expect(read.reply.headers).toEqual((row.reply as { headers?: object }).headers ?? {})
  })

  test.each([
    job({ id: 'a', kind: 'stop', timeoutMs: 100 }),
    job({ ...send, success: [100] }),
    job({ ...send, timeoutMs: 50 }),
    job({
      id: 'a',
      kind: 'branch',
      if: true,
      then: [{ id: 'b', kind: 'stop', timeoutMs: 1 }],
      next: [{ status: 'KO', do: { steps: [{ id: 'c', kind: 'stop', x: 1 }] } }],
    }),
    job({ ...send, headers: { a: 'x'.repeat(70_000) } }),
  ])('is read as a definition, and refused when it is to be saved anew: %j', (definition) => {
    expect(flowDefinitionSchema.safeParse(definition).success).toBe(false)
    expect(keptFlowDefinition.parse(definition).steps[0]).toMatchObject({ id: 'a' })
  })

  test('is read as an authentication', () => {
    const kept = { kind: 'hmac', header: 'x-sig', prefix: ' v1=', secrets: ['s'] }
    expect(openListenerAuth.safeParse(kept).success).toBe(false)
    expect(keptListenerAuth.parse(kept)).toMatchObject({ header: 'x-sig', encoding: 'hex', signedString: '{body}' })
  })
})

test('what can be saved is read as it was saved', () => {
  const rows = [
    listener({ mode: 'flow', headers: { 'X-A': ['1', '2'] } }, { expected: { strict: true, body: [1] }, methods: ['GET', 'GET'] }),
  ]
  for (const row of rows) expect(keptListener.parse(row)).toEqual(listenerIn.parse(row))
  const definition = job(
    {
      id: 'a',
      kind: 'branch',
      if: '{{ meta.x }}',
      then: [{ ...send, retryPolicy: { waitsSeconds: [1] } }],
      else: [{ id: 'c', kind: 'fail' }],
    },
    { id: 'd', kind: 'webhook_response', statusOverride: null, headers: { a: ['1'] }, body: { b: [null] } },
  )
  expect(keptFlowDefinition.parse(definition)).toEqual(flowDefinitionSchema.parse(definition))
})

test('what has another shape is not read', () => {
  expect(keptFlowDefinition.safeParse({ ...job(), steps: 'none' }).success).toBe(false)
  expect(keptFlowDefinition.safeParse(job({ id: 'a', kind: 'unheard_of' })).success).toBe(false)
  expect(keptListenerAuth.safeParse({ kind: 'hmac', header: 'x' }).success).toBe(false)
})
