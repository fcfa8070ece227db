import { describe, expect, it } from 'vitest'
import { gist, post, startEgress, startReceiver } from './test-receiver.ts'

const goodPairs = [
  ['X-A', ''],
  ['x-b', 'tab\there'],
  ["!#$%&'*+-.^_`|~1", 'v'],
  ['X-Latin', 'é ÿ \u00a0'],
  ['X-Wide', 'Ā € 日本 \u2028 😀'],
  // Cut to their last byte, as Latin-1 would, these are line breaks.
  ['X-Cut', '嘊嘍'],
  ['Authorization', 'Bearer x'],
  ['Cookie', 'a=b; c=d'],
  ['constructor', 'x'],
] as const

describe('headers', () => {
  it('sends nothing when one header is bad', async () => {
    await using receiver = await startReceiver()
    await using egress = startEgress()
    const outcome = await post(egress, receiver.url, {
      headers: [
        ['X-A', 'fine'],
        ['X-B', 'bad\r\nX-Injected: 1'],
      ],
    })
    expect(outcome).toMatchObject({ kind: 'failed', code: 'bad_header', detail: expect.stringContaining('X-B') })
    expect(receiver.accepted).toBe(0)
  })

  it('S5: sends a signature under the names that nobody else may set, and none with a line break', async () => {
    let got: unknown
    await using receiver = await startReceiver((request, response) => {
      got = request.headers['webhook-id']
      response.end()
    })
    await using egress = startEgress()
    expect(gist(await post(egress, receiver.url, { signature: [['webhook-id', 'msg_1']] }))).toBe(200)
    expect(got).toBe('msg_1')
    expect(gist(await post(egress, receiver.url, { headers: [['webhook-id', 'msg_2']] }))).toBe('bad_header')
    expect(gist(await post(egress, receiver.url, { signature: [['webhook-id', 'msg\n3']] }))).toBe('bad_header')
    expect(receiver.accepted).toBe(1)
  })

  it.each([
    ['X-Webhook-Customer', 'a'],
    ['Svix-Name', 'a'],
    ['Proxy-Authorization', 'Basic a'],
    ['X-A', 'a '],
  ])('sends %s, which could be saved once and cannot any more', async (name, value) => {
    let got: unknown
    await using receiver = await startReceiver((request, response) => {
      got = request.headers[name.toLowerCase()]
      response.end()
    })
    await using egress = startEgress()
    expect(gist(await post(egress, receiver.url, { headers: [[name, value]] }))).toBe(200)
    expect(got).toBe(value.trim())
  })

  it.each([
    'Host',
    'Content-Length',
    'Transfer-Encoding',
    'Accept-Encoding',
    'Expect',
    'X-Webhook-Event-ID',
    'SVIX-SIGNATURE',
    '__proto__',
  ])('sends no %s, whoever saved it', async (name) => {
    await using receiver = await startReceiver()
    await using egress = startEgress()
    expect(gist(await post(egress, receiver.url, { headers: [[name, 'a']] }))).toBe('bad_header')
    expect(receiver.accepted).toBe(0)
  })

  it.each(['', 'text é', Buffer.from([0xff])])('sends a value that is not ASCII as UTF-8 beside the body %j', async (body) => {
    let raw: string[] = []
    await using receiver = await startReceiver((request, response) => {
      raw = request.rawHeaders
      request.resume().on('end', () => response.end())
    })
    await using egress = startEgress()
    expect(gist(await post(egress, receiver.url, { headers: [['X-Name', 'café 日本']], body: Buffer.from(body) }))).toBe(200)
    expect(Buffer.from(raw[raw.indexOf('X-Name') + 1]!, 'latin1').toString()).toBe('café 日本')
  })

  it('sends the others exactly, in order, with nothing added but what the connection needs', async () => {
    let raw: string[] = []
    await using receiver = await startReceiver((request, response) => {
      raw = request.rawHeaders
      response.end()
    })
    await using egress = startEgress()
    expect(gist(await post(egress, receiver.url, { headers: goodPairs }))).toBe(200)
    const pairs = Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i]!.toLowerCase(), raw[2 * i + 1]])
    expect(pairs).toEqual([
      ['host', `127.0.0.1:${receiver.port}`],
      ['connection', 'keep-alive'],
      ['accept-encoding', 'identity'],
      ...goodPairs.map(([name, value]) => [name.toLowerCase(), Buffer.from(value).toString('latin1')]),
      ['content-length', '2'],
    ])
  })

  it('S4: turns userinfo into Basic authorization, unless the caller authorizes otherwise', async () => {
    const seen: (string | undefined)[] = []
    await using receiver = await startReceiver((request, response) => {
      seen.push(request.headers.authorization, request.url)
      response.end()
    })
    await using egress = startEgress()
    const url = `http://us%40er:p%C3%A4ss@127.0.0.1:${receiver.port}/a?b=c#d`
    await post(egress, url)
    await post(egress, url, { headers: [['authorization', 'Bearer x']] })
    expect(seen).toEqual([`Basic ${Buffer.from('us@er:päss').toString('base64')}`, '/a?b=c', 'Bearer x', '/a?b=c'])
  })

  it('S4: never shows the userinfo in a failure', async () => {
    await using egress = startEgress()
    const outcomes = [
      await post(egress, 'http://user:hunter2@10.0.0.1/'),
      await post(egress, 'http://user:hunter2@127.0.0.1:3/'),
      await post(egress, 'ftp://user:hunter2@x/'),
    ]
    expect(outcomes.map(gist)).toEqual(['address_refused', 'connect_refused', 'scheme_refused'])
    expect(JSON.stringify(outcomes)).not.toContain('hunter2')
  })
})
