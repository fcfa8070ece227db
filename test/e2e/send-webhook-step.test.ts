import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRecordingReceiver, type Received, type RecordingReceiver } from '../support/recording-receiver.ts'
import { startWholeServer, type Json, type WholeServer } from './whole-server.ts'

const signingSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
let server: WholeServer
let receiver: RecordingReceiver
beforeAll(async () => {
  receiver = await startRecordingReceiver()
  server = await startWholeServer({ engine: 'sqlite' })
  await server.make('PUT /app/default/secret/sign', { value: signingSecret })
  await server.make('PUT /app/default/secret/erp', { value: 'a-token' })
})
afterAll(async () => {
  await server.stop()
  await receiver[Symbol.asyncDispose]()
})

/** A job whose flow notifies after a step that left something in meta. */
async function notified(fields: object): Promise<{ run: Json; got: Received; body: Record<string, unknown> }> {
  const before = receiver.received.length
  const steps = [
    { id: 'mark', kind: 'set_meta', meta: { order: '{{ body.order }}' } },
    { id: 'notify', kind: 'send_webhook', url: `${receiver.url}/hook`, ...fields },
  ]
  const uid = `notify-${before}`
  await server.make('POST /app/default/flow', { uid, name: uid, trigger: { kind: 'job' }, steps })
  await server.make(`POST /app/default/flow/${uid}/publish`)
  const run = await server.make('POST /app/default/run?wait=20', { flow: uid, document: { order: 'A-7' } })
  const got = await receiver.after(before)
  return { run, got, body: JSON.parse(got.body.toString()) as Record<string, unknown> }
}

test('R1, R5, R32: a flow that reaches its Send Webhook step posts JSON, without anybody asking for it', async () => {
  const { run, got } = await notified({})
  expect([got.method, got.path, got.headers['content-type']]).toEqual(['POST', '/hook', 'application/json'])
  expect(run['status']).toBe('ok')
})

test('R6: the event is the name that the step gives it, or the empty text', async () => {
  expect((await notified({ event: 'invoice_sent' })).body['event']).toBe('invoice_sent')
  expect((await notified({})).body['event']).toBe('')
})

test('R13, R15, R19: the body has the ids of the webhook and of the job, and the meta that earlier steps left', async () => {
  const { run, body } = await notified({})
  expect(body).toMatchObject({ id: expect.stringMatching(/^dlv_/), transform_job_id: run['id'], meta: { order: 'A-7' } })
  const deliveries = await server.make(`GET /app/default/delivery/${String(body['id'])}`)
  expect(deliveries['status']).toBe('delivered')
})

test('R31: shows a bearer token, headers of its own, and a signature that the receiver can verify', async () => {
  const signing = { profile: 'standard', secret: '{{ secrets.sign }}' }
  const { run, got } = await notified({ bearerToken: '{{ secrets.erp }}', headers: { 'X-API-Key': '{{ secrets.erp }}' }, signing })
  expect(got.headers).toMatchObject({ authorization: 'Bearer a-token', 'x-api-key': 'a-token' })
  expect(new Webhook(signingSecret).verify(got.body.toString(), got.headers as Record<string, string>)).toMatchObject({ key: run['key'] })
})
