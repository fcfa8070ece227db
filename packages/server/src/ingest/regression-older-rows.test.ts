import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openIngestHarness, type IngestHarness } from '../../../../test/support/ingest-harness.ts'

let harness: IngestHarness
beforeEach(async () => void (harness = await openIngestHarness()))
afterEach(async () => harness[Symbol.asyncDispose]())

/** Its settings as a version wrote them that had fewer rules. */
async function saved(config: object, auth: Record<string, unknown> = { kind: 'none' }) {
  const id = await harness.addListener({ name: 'Old', suffix: '/old', auth: { kind: 'none' } }, auth)
  await harness.changeListener(id, { config: JSON.stringify(config) })
}

describe('a listener that an older version saved', () => {
  test.each([
    ['x-cache', { 'X-Cache': 'a ' }, 'a'],
    ['x-a', { 'x-a': '1', 'X-A': '2' }, '1, 2'],
    ['expect', { Expect: 'nothing' }, 'nothing'],
    ['accept-encoding', { 'Accept-Encoding': 'gzip' }, undefined],
  ])('goes on being answered with %s, which could not be saved any more', async (name, headers, value) => {
    await saved({ reply: { headers }, dropped: true })
    const received = await harness.send('POST', '/in/default/old')
    expect([received.status, received.headers[name]]).toEqual([202, value])
  })

  test('is answered without a header of the connection, whoever saved it', async () => {
    await saved({ reply: { headers: { 'Content-Length': '7', Upgrade: 'h2c' } } })
    const received = await harness.send('POST', '/in/default/old')
    // Its own length: another one beside it or in its place would cut the answer, or make the next one begin inside it.
    expect([received.status, received.headers['upgrade'], received.headers['content-length']]).toEqual([
      202,
      undefined,
      String(received.body.length),
    ])
    expect(received.json).toMatchObject({ ok: true })
  })

  test('is signed with base64 that has no bytes for its last digit, as before', async () => {
    await saved({}, { kind: 'hmac', header: 'x-sig', keyEncoding: 'base64', secrets: ['YWJjZ'] })
    const signature = (key: string) => createHmac('sha256', key).update('{}').digest('hex')
    const send = async (key: string) =>
      (await harness.send('POST', '/in/default/old', { body: '{}', headers: { 'x-sig': signature(key) } })).status
    expect([await send('abc'), await send('abd')]).toEqual([202, 401])
  })

  test.each([
    { kind: 'api_key', in: 'header', name: 'x-key', keys: ['{{ secrets.gone }}'] },
    { kind: 'hmac', header: 'x-sig', secrets: ['{{ secrets.gone }}'] },
  ])('lets nobody in with a secret that is not there: %j', async (auth) => {
    await saved({}, auth)
    const headers = { 'x-key': '', 'x-sig': createHmac('sha256', '').update('{}').digest('hex') }
    expect((await harness.send('POST', '/in/default/old', { body: '{}', headers })).status).toBe(503)
  })
})
