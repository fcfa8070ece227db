import { setTimeout as pause } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { freshDatabase } from '../support/postgres.ts'
import { createProduct, type Product } from '../support/product.ts'
import { startRecordingReceiver } from '../support/recording-receiver.ts'

const LONG_MS = 600_000
const SOON_MS = 60_000
const LOOK_MS = 20
/** Places around the commit that disables the endpoint; there is none between the endpoint's state and what is told of it. */
const failpoints = [
  'delivery.after_send',
  'delivery.before_settle',
  'settle.before_commit',
  'settle.after_commit',
  'delivery.after_settle',
] as const
const sqliteFailpoints = ['store.applied', 'store.committed'] as const

interface Notification {
  readonly id: string
  readonly type: string
  readonly data: { readonly endpointId: string }
}

/** An endpoint that answers 410, whose disabling the operator subscribed to; the program is killed around that commit, and starts again. */
async function disableAround(failpoint: string, databaseUrl?: string) {
  const product = await createProduct({ databaseUrl })
  const operator = await startRecordingReceiver()
  const customer = await startRecordingReceiver(() => 410)
  try {
    // The engine's own places are passed by every write: of the session's, the message's and the settlement's the third is meant.
    const armLate = failpoint.startsWith('store.')
    const armed = { POSTHORN_FAILPOINT: `${failpoint}:${armLate ? 3 : 1}` }
    await product.start(armLate ? {} : armed)
    const eventTypes = ['endpoint.disabled', 'message.attempt.exhausted']
    await product.api('POST', '/app/posthorn/endpoint', { url: operator.url, eventTypes })
    await product.api('POST', '/app', { uid: 'shop', name: 'Shop' })
    const { id } = await product.api<{ id: string }>('POST', '/app/shop/endpoint', { url: customer.url })
    if (armLate) {
      await product.stop()
      await product.start(armed)
    }
    // The program may be gone before it has answered.
    await product.api('POST', '/app/shop/msg', { eventType: 'a.b', payload: {}, eventId: 'once' }).catch(() => undefined)
    await product.ended
    await product.start()
    await sendAgain(product)
    const said = () =>
      operator.received.map(({ body }) => JSON.parse(body.toString()) as Notification).filter(({ data }) => data.endpointId === id)
    const deadline = performance.now() + SOON_MS
    while (!eventTypes.every((type) => said().some((one) => one.type === type))) {
      if (performance.now() > deadline)
        throw new Error(`The operator was notified of ${JSON.stringify(said())} only.\n${product.log().slice(-3000)}`)
      await pause(LOOK_MS)
    }
    const logged = await product.api<{ data: { id: string; eventType: string }[] }>('GET', '/app/posthorn/msg')
    return {
      disabled: (await product.api<{ disabled: boolean }>('GET', `/app/shop/endpoint/${id}`)).disabled,
      logged: logged.data.map(({ eventType }) => eventType).toSorted(),
      said: new Set(said().map((one) => `${one.type} ${one.id}`)).size,
    }
  } finally {
    await product.remove()
    await operator[Symbol.asyncDispose]()
    await customer[Symbol.asyncDispose]()
  }
}

/** As a sender does that was not answered. It was accepted before, if the program was killed after that. */
async function sendAgain(product: Product): Promise<void> {
  await product.api('POST', '/app/shop/msg', { eventType: 'a.b', payload: {}, eventId: 'once' }).catch(() => undefined)
}

const once = { disabled: true, logged: ['endpoint.disabled', 'message.attempt.exhausted'], said: 2 }

describe.concurrent('the operator is notified once that an endpoint was disabled, whenever the program is killed with kill -9', () => {
  test.for([...failpoints, ...sqliteFailpoints])('on SQLite: at %s', { timeout: LONG_MS }, async (failpoint, { expect }) => {
    expect(await disableAround(failpoint)).toEqual(once)
  })

  test.for(['settle.before_commit', 'settle.after_commit'])('on PostgreSQL: at %s', { timeout: LONG_MS }, async (failpoint, { expect }) => {
    const database = await freshDatabase()
    try {
      expect(await disableAround(failpoint, database.url)).toEqual(once)
    } finally {
      await database.drop()
    }
  })
})
