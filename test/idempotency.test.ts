import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProduct, hangUp, type Product } from './support/product.ts'

let product: Product
beforeAll(async () => {
  product = await createProduct()
})
afterAll(() => product.remove())

const body = JSON.stringify({ eventType: 'order.paid', payload: { order: 17 } })

test('a message whose process died between commit and answer is there once when its call is repeated', async () => {
  await product.start()
  await product.api('POST', '/app', { uid: 'shop', name: 'Shop' })
  await product.stop()
  const send = () =>
    fetch(`${product.url}/api/v1/app/shop/msg`, {
      method: 'POST',
      headers: { authorization: `Bearer ${product.apiKey}`, 'idempotency-key': 'auto_1', ...hangUp },
      body,
    })

  await product.start({ POSTHORN_FAILPOINT: 'accept.after_commit' })
  await expect(send()).rejects.toThrow()
  await product.ended

  await product.start()
  const again = await send()
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([202, 'true'])
  const { data } = await product.api<{ data: { id: string }[] }>('GET', '/app/shop/msg')
  expect(data.map(({ id }) => id)).toEqual([((await again.json()) as { id: string }).id])
  await product.stop()
})

test('a request that was answered by a flow before it was kept, and whose process died between commit and answer, is answered by its copy', async () => {
  await product.start()
  await product.api('POST', '/app', { uid: 'bakery', name: 'Bakery' })
  const listener = {
    uid: 'orders',
    name: 'Orders',
    suffix: '/orders',
    auth: { kind: 'none' },
    reply: { mode: 'flow' },
    dedup: { key: 'body.id' },
  }
  await product.api('POST', '/app/bakery/listener', listener)
  const { id } = await product.api<{ id: string }>('POST', '/app/bakery/flow', {
    name: 'Answer',
    trigger: { kind: 'webhook', listener: 'orders' },
    steps: [{ id: 'reply', kind: 'webhook_response', status: 201, body: { order: '{{ body.id }}', run: '{{ run.id }}' } }],
  })
  await product.api('POST', `/app/bakery/flow/${id}/publish`)
  const order = (number: number) =>
    fetch(`${product.url}/in/bakery/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...hangUp },
      body: `{"id":${number}}`,
    })
  const answers = async (response: Response) => [response.status, (await response.json()) as { order: number; run: string }] as const
  // What the operator wants to hear of runs is read when the first one ends; until then a run is kept before it is run.
  await order(1)
  expect(await answers(await order(2))).toEqual([201, { order: 2, run: expect.any(String) }])
  await product.stop()

  for (const [killed, failpoint] of [
    [3, 'accept.before_commit'],
    [4, 'accept.after_commit'],
  ] as const) {
    await product.start({ POSTHORN_FAILPOINT: failpoint })
    await expect(order(killed)).rejects.toThrow()
    await product.ended

    await product.start()
    expect(await answers(await order(killed))).toEqual([201, { order: killed, run: expect.any(String) }])
    const { data } = await product.api<{ data: { status: string }[] }>('GET', '/app/bakery/run?limit=50')
    expect(data.map(({ status }) => status)).toEqual(Array.from({ length: killed }, () => 'ok'))
    await product.stop()
  }
})
