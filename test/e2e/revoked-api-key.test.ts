import { expect, test } from 'vitest'
import { createProduct } from '../support/product.ts'

test('a start with an API key that was revoked is refused with 2 and the reason, and one with another key lets in', async () => {
  const product = await createProduct()
  try {
    await product.start()
    const { data } = await product.api<{ data: { id: string; name: string }[] }>('GET', '/key')
    const { key } = await product.api<{ key: string }>('POST', '/key', { name: 'another' })
    await product.api('DELETE', `/key/${data.find(({ name }) => name === 'POSTHORN_API_KEY')!.id}`)
    await product.stop()
    expect(await product.refusedStart()).toEqual({
      code: 2,
      output: expect.stringMatching(/POSTHORN_API_KEY was revoked at .* Choose another one/),
    })
    await product.start({ POSTHORN_API_KEY: key })
    expect((await fetch(`${product.url}/api/v1/app`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200)
  } finally {
    await product.remove()
  }
})
