import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { acceptRequest } from '../../../test/support/accept-request.ts'
import { startRecordingReceiver } from '../../../test/support/recording-receiver.ts'
import { startTestApi, type TestApi } from '../../../test/support/test-api.ts'

const command = fileURLToPath(new URL('../bin/posthorn.mjs', import.meta.url))

let api: TestApi
let listener = ''
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'default', name: 'Default' } })
  const made = await api.call('POST /app/default/listener', { body: { name: 'Orders', suffix: '/orders', auth: { kind: 'none' } } })
  listener = String(made.body['id'])
})
afterAll(() => api.stop())

test('listen shows requests as they come, forwards them as they are, and ends with Ctrl C', async () => {
  await using receiver = await startRecordingReceiver()
  const child = spawn(process.execPath, [command, 'listen', listener, '--forward-to', `${receiver.url}/hooks`], {
    env: { PATH: process.env['PATH'], POSTHORN_URL: api.url, POSTHORN_API_KEY: api.key },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (err += String(chunk)))
  await expect.poll(() => err).toContain(`Listening to requests of listener ${listener}.`)
  const body = Buffer.from('{"order":1}')
  const headers = JSON.stringify([
    ['Host', 'hooks.example.com'],
    ['Content-Type', 'application/json'],
    ['X-Shop', 'one'],
  ])
  const fields = { listener_id: listener, path: '/in/default/orders', query: 'a=b%20c', headers, body, body_bytes: body.length }
  const id = await acceptRequest(api, { app: 'default', fields })
  await expect.poll(() => err).toMatch(new RegExp(`${id} forwarded: 200 in \\d+ ms`))
  expect(out).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d  accepted   POST  /in/default/orders  push  202  ${id}\\n$`))
  expect(receiver.received).toMatchObject([{ path: '/hooks?a=b%20c', body: Buffer.from('{"order":1}') }])
  expect(receiver.received[0]!.headers).toMatchObject({ 'x-shop': 'one', 'content-type': 'application/json' })
  child.kill('SIGINT')
  expect(await ended).toEqual([0, null])
})
