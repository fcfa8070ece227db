import { describe, expect, it } from 'vitest'
import { readProxy } from './proxy-tunnel.ts'
import { gist, post, startEgress, startRaw, startReceiver, startTunnelling } from './test-receiver.ts'

describe('the egress proxy', () => {
  it('opens a way to the vetted address, not to the name, and connections are reused', async () => {
    const heads: string[] = []
    await using proxy = await startTunnelling(heads)
    await using receiver = await startReceiver((request, response) => response.end(request.headers.host))
    await using egress = startEgress({ proxy: `http://us%65r:pass@127.0.0.1:${proxy.port}`, lookup: async () => ['127.0.0.1'] })
    const url = `http://hook.test:${receiver.port}/`
    for (const reused of [false, true])
      expect(await post(egress, url)).toMatchObject({ status: 200, address: '127.0.0.1', phases: { reused } })
    expect(heads).toHaveLength(1)
    expect(heads[0]).toContain(`CONNECT 127.0.0.1:${receiver.port} HTTP/1.1\r\n`)
    expect(heads[0]).toContain(`proxy-authorization: Basic ${Buffer.from('user:pass').toString('base64')}\r\n`)
  })

  it('S3: changes nothing about the guard', async () => {
    const heads: string[] = []
    await using proxy = await startTunnelling(heads)
    await using egress = startEgress({ allow: [], proxy: `http://127.0.0.1:${proxy.port}`, lookup: async () => ['10.0.0.1'] })
    expect(gist(await post(egress, 'http://private.test/'))).toBe('address_refused')
    expect(gist(await post(egress, 'http://127.0.0.1/'))).toBe('address_refused')
    expect(proxy.accepted).toBe(0)
  })

  it.each([
    ['refuses', 'HTTP/1.1 403 Forbidden\r\n\r\n', 'status 403'],
    ['speaks something else', 'SOCKS no\r\n\r\n', 'HTTP/1.1'],
    ['sends endless headers', `HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(10_000)}`, 'too many'],
    ['closes', '', 'closed'],
  ])('is to blame when it %s', async (_what, text, detail) => {
    await using proxy = await startRaw((socket) => void socket.once('data', () => socket.end(text)))
    await using egress = startEgress({ proxy: `http://127.0.0.1:${proxy.port}` })
    expect(await post(egress, 'http://127.0.0.1:8080/')).toMatchObject({ code: 'proxy_failed', detail: expect.stringContaining(detail) })
  })

  it('is to blame when it is not there', async () => {
    await using egress = startEgress({ proxy: 'http://127.0.0.1:3' })
    expect(gist(await post(egress, 'http://127.0.0.1:8080/'))).toBe('proxy_failed')
  })

  it('is ended by the deadline', async () => {
    await using proxy = await startRaw(() => {})
    await using egress = startEgress({ proxy: `http://127.0.0.1:${proxy.port}` })
    expect(gist(await post(egress, 'http://127.0.0.1:8080/', { timeoutMs: 500 }))).toBe('connect_timeout')
  })

  it.each(['proxy:3128', 'https://proxy:3128', 'socks5://proxy', 'http://proxy/path', ''])('does not take %j', (text) => {
    expect(() => readProxy(text)).toThrow('egress proxy')
  })
})
