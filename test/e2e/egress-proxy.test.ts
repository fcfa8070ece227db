import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startForwardProxy, type ForwardProxy } from '../support/forward-proxy.ts'
import { createProduct, type Product } from '../support/product.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.ts'

interface Attempt {
  readonly failure: string | null
  readonly reason: string | null
}

let product: Product
let proxy: ForwardProxy
let receiver: RecordingReceiver

beforeEach(async () => {
  product = await createProduct()
  proxy = await startForwardProxy()
  receiver = await startRecordingReceiver()
})

afterEach(async () => {
  await product.remove()
  await proxy[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

/** A message to one endpoint, and its first attempt. */
async function sent(): Promise<Attempt> {
  const { id } = await product.api<{ id: string }>('POST', '/app/default/msg', { eventType: 'invoice.paid', payload: { a: 1 } })
  return vi.waitFor(async () => {
    const { data } = await product.api<{ data: { id: string; messageId: string }[] }>('GET', '/app/default/delivery')
    const delivery = data.find(({ messageId }) => messageId === id)!
    const attempts = await product.api<{ data: Attempt[] }>('GET', `/app/default/delivery/${delivery.id}/attempt`)
    expect(attempts.data.length).toBeGreaterThan(0)
    return attempts.data[0]!
  }, 20_000)
}

test('everything goes out through POSTHORN_EGRESS_PROXY, and its outage is told as its own', async () => {
  const { port } = new URL(receiver.url)
  await product.start({
    POSTHORN_EGRESS_PROXY: `http://user:canary@127.0.0.1:${proxy.port}`,
    POSTHORN_EGRESS_PROXY_RESOLVES: 'true',
    POSTHORN_EGRESS_PROXY_BYPASS: '.direct.example',
    HTTP_PROXY: 'http://127.0.0.1:1',
  })
  await product.api('POST', '/event-type', { name: 'invoice.paid', description: '' })
  const url = `http://hook.example:${port}/`
  const endpoint = await product.api<{ id: string }>('POST', '/app/default/endpoint', { url })
  expect(await sent()).toMatchObject({ failure: null })
  expect(receiver.received).toHaveLength(1)
  expect(receiver.received[0]!.headers).not.toHaveProperty('proxy-authorization')
  expect(proxy.heads[0]).toMatch(`CONNECT hook.example:${port} `)

  await proxy[Symbol.asyncDispose]()
  const { failure, reason } = await sent()
  expect(failure).toBe('proxy_unreachable')
  expect(reason).toMatch(/^The egress proxy of this installation could not be reached\./)
  expect(reason).not.toMatch(/canary|127\.0\.0\.1/)
  expect(await product.api('GET', `/app/default/endpoint/${endpoint.id}`)).toMatchObject({ disabled: false })

  const refused = product.api('POST', '/app/default/endpoint', { url: 'http://metadata.google.internal/' })
  await expect(refused).rejects.toThrow('address_refused')
  expect(product.log()).not.toContain('canary')
})
