import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createProduct } from '../support/product.ts'

interface Shown {
  readonly data: readonly { readonly status: string; readonly attempts: number; readonly lastFailure: string | null }[]
}

test('a delivery that kills the process each time comes to its end, and the program lives on', async () => {
  const receiver = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const product = await createProduct()
  const deadly = { POSTHORN_FAILPOINT: 'delivery.before_send' }
  try {
    await product.start(deadly)
    await product.api('POST', '/app', { uid: 'loop', name: 'Loop' })
    await product.api('POST', '/event-type', { name: 'counted', description: 'A number' })
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
    await product.api('POST', '/app/loop/endpoint', { url, retryPolicy: { waitsSeconds: [1] } })
    const shown = async () => (await product.api<Shown>('GET', '/app/loop/delivery')).data[0]!
    await product.api('POST', '/app/loop/msg', { eventType: 'counted', payload: {} }).catch(() => undefined)
    // Three deaths make it suspicious; each further one is counted, until no retry is left.
    let deaths = 0
    while ((await shown().catch(() => undefined))?.status !== 'failed') {
      const hasDied = await Promise.race([product.ended.then(() => true), pause(50, false)])
      if (!hasDied) continue
      deaths++
      await product.start(deadly)
    }
    expect(deaths).toBe(5)
    expect(await shown()).toMatchObject({ status: 'failed', attempts: 2, lastFailure: 'cut_off' })
    await product.stop()
    await product.start()
    await product.api('POST', '/app/loop/msg', { eventType: 'counted', payload: {} })
    await expect.poll(async () => (await shown()).status, { timeout: 30_000, interval: 50 }).toBe('delivered')
  } finally {
    await product.remove()
    receiver.closeAllConnections()
    receiver.close()
  }
})
