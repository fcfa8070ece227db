import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.stop())

test('its processes and its files are shown', async () => {
  const { body } = await api.call('GET /install')
  expect(body).toMatchObject({ nodes: [{ id: expect.stringMatching(/^ses_/), here: true }], storage: { filesBytes: 0 } })
})

test('the installation is shown to who may change things, and to nobody else', async () => {
  const { status, body } = await api.call('GET /install')
  expect(status).toBe(200)
  expect(body).toMatchObject({ engine: 'sqlite', health: { ok: true, writeMs: expect.any(Number) }, nodeVersion: process.versions.node })
  const { body: reader } = await api.call('POST /key', { body: { name: 'Reader', access: 'read' } })
  expect((await api.call('GET /install', { key: String(reader['key']) })).status).toBe(403)
})
