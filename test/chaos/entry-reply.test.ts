import { expect, test } from 'vitest'
import { createProduct } from '../support/product.ts'

const MINUTES_MS = 600_000

test(
  'killed between the commit of an answer with an entry and its first byte, it answers the next copy with the same bytes',
  { timeout: MINUTES_MS },
  async () => {
    const product = await createProduct()
    try {
      await product.start()
      const listener = {
        uid: 'a',
        name: 'A',
        suffix: '/a',
        auth: { kind: 'none' },
        dedup: { key: 'header:x-id' },
        reply: { mode: 'flow', timeoutMs: 60_000 },
      }
      await product.api('POST', '/app/default/listener', listener)
      const steps = [
        { id: 'save', kind: 'save_entry', key: 'last', document: { got: '{{ body.n }}' } },
        { id: 'reply', kind: 'webhook_response', entry: 'last' },
      ]
      const flow = { uid: 'a', name: 'A', trigger: { kind: 'webhook', listener: 'a' }, steps }
      await product.api('POST', '/app/default/flow', flow)
      await product.api('POST', '/app/default/flow/a/publish')
      await product.stop()
      await product.start({ POSTHORN_FAILPOINT: 'run.after_commit' })
      const send = () =>
        fetch(`${product.url}/in/default/a`, {
          method: 'POST',
          body: '{"n":7}',
          headers: { 'content-type': 'application/json', 'x-id': '1' },
        })
      await expect(send()).rejects.toThrow()
      await product.ended
      await product.start()
      const answer = await send()
      expect([answer.status, await answer.text()]).toEqual([200, '{"got":7}'])
      const { data } = await product.api<{ data: { version: number }[] }>('GET', '/app/default/entry?key=last')
      expect(data.map(({ version }) => version)).toEqual([1])
    } finally {
      await product.remove()
    }
  },
)
