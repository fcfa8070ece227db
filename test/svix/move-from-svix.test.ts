import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Webhook } from 'svix'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../docs/markdown.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.ts'
import { startTestApi, type TestApi } from '../support/test-api.ts'

/** The old server stands for Svix: it has its API, and reads its secrets to whoever asks. */
let old: TestApi
let target: TestApi
let receiver: RecordingReceiver
beforeAll(async () => {
  old = await startTestApi({ secretsReveal: 'always' })
  target = await startTestApi({}, { deliver: true })
  receiver = await startRecordingReceiver(() => 200)
})
afterAll(async () => {
  await Promise.all([old.stop(), target.stop(), receiver[Symbol.asyncDispose]()])
})

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

async function move(): Promise<string> {
  const servers = { FROM_URL: old.url, FROM_TOKEN: old.key, TO_URL: target.url, TO_TOKEN: target.key }
  const child = spawn(process.execPath, [join(root, 'examples/move-from-svix.mjs')], { env: { ...process.env, ...servers } })
  const [output, faults] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  expect(faults).toBe('')
  return output
}

/** The body of what came, once Svix's own library has verified it with the secret of old. */
async function verified(count: number): Promise<unknown> {
  const { headers, body } = await receiver.after(count)
  new Webhook(secret).verify(body.toString(), headers as Record<string, string>)
  return JSON.parse(body.toString()) as unknown
}

test('the example moves everything, with its secrets, and can be run again', async () => {
  await old.call('POST /event-type', { body: { name: 'order.paid', description: 'Paid', featureFlags: ['beta'] } })
  await old.call('POST /event-type', { body: { name: 'order.gone', description: 'Gone', archived: true } })
  await old.call('POST /app', { body: { name: 'Shop', uid: 'shop', metadata: { team: 'a' } } })
  const { id } = (await old.call('POST /app', { body: { name: 'Nameless' } })).body
  const endpoint = { url: receiver.url, uid: 'erp', eventTypes: ['order.paid'], secret, headers: { 'X-Team': 'a', Authorization: 'hush' } }
  await old.call('POST /app/shop/endpoint', { body: endpoint })
  // More than a page.
  const disabled = { body: { url: receiver.url, disabled: true } }
  await Promise.all(Array.from({ length: 50 }, () => old.call('POST /app/shop/endpoint', disabled)))

  const output = await move()
  expect(output).toContain('set these headers by hand: Authorization')
  expect(output).toContain(`application ${String(id)} -> svix-${String(id).slice(4)}`)
  expect((await target.call('GET /event-type/order.paid')).body).toMatchObject({ featureFlags: ['beta'] })
  expect((await target.call('GET /event-type/order.gone')).body).toMatchObject({ archived: true })
  expect((await target.call('GET /app/shop')).body).toMatchObject({ metadata: { team: 'a' }, defaultSigning: 'svix' })
  const listed = async () => (await target.call('GET /app/shop/endpoint?limit=250')).body['data'] as unknown as object[]
  expect(await listed()).toHaveLength(51)
  expect((await listed())[0]).toMatchObject({ uid: 'erp', eventTypes: ['order.paid'], signing: 'svix' })

  // What is sent now is signed as the customer's receiver has verified all along.
  await target.call('POST /app/shop/msg', { body: { eventType: 'order.paid', payload: { n: 1 } } })
  expect(await verified(0)).toEqual({ n: 1 })
  expect(receiver.received[0]!.headers['x-team']).toBe('a')

  await old.call('PATCH /app/shop/endpoint/erp', { body: { description: 'later' } })
  await move()
  expect((await listed())[0]).toMatchObject({ uid: 'erp', description: 'later' })
  expect(await listed()).toHaveLength(51)
  await target.call('POST /app/shop/msg', { body: { eventType: 'order.paid', payload: { n: 2 } } })
  expect(await verified(1)).toEqual({ n: 2 })
})
