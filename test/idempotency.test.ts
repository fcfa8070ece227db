import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProduct, type Product } from './support/product.ts'

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
      headers: { authorization: `Bearer ${product.apiKey}`, 'idempotency-key': 'auto_1' },
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
})
