import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { belonging } from '#domain'
import { tablesOf } from '#store/testing'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  await api.call('POST /app/shop/listener', { body: { uid: 'orders', name: 'Orders', suffix: '/orders', auth: { kind: 'none' } } })
})
afterAll(() => api.stop())

const reply = { id: 'reply', kind: 'webhook_response', status: 201 }
const definition = { name: 'Orders to ERP', trigger: { kind: 'webhook', listener: 'orders' }, steps: [reply] }
const create = async (body: object) => api.call('POST /app/shop/flow', { body })
const flowRow = async (uid: string) =>
  tablesOf(api.deps.store).selectFrom('flow').selectAll().where('uid', '=', uid).executeTakeFirstOrThrow()

describe('flows', () => {
  test('are created as a draft and read back as they were written', async () => {
    const created = await create({ ...definition, uid: 'erp' })
    expect(created.status).toBe(201)
    expect(created.body).toEqual({
      ...definition,
      id: expect.stringMatching(/^flow_/),
      uid: 'erp',
      enabled: true,
      publishedVersion: null,
      changed: true,
      nextAt: null,
      faults: [],
      warnings: [],
      revision: expect.stringMatching(/^[\w-]{22}$/),
      savedBy: expect.stringMatching(/^key_/),
      savedByName: expect.any(String),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    })
    expect((await api.call('GET /app/shop/flow/erp')).body).toEqual(created.body)
  })

  test('are published as a version, which new runs take', async () => {
    const published = await api.call('POST /app/shop/flow/erp/publish')
    expect(published.status).toBe(200)
    expect(published.body).toMatchObject({ version: 1, published: true, createdBy: expect.stringMatching(/^key_/), warnings: [] })
    expect((await api.call('GET /app/shop/flow/erp')).body).toMatchObject({ publishedVersion: 1, changed: false })
  })

  test('make no new version when nothing changed', async () => {
    expect((await api.call('POST /app/shop/flow/erp/publish')).body['version']).toBe(1)
  })

  test('keep every version as it was when the draft changes', async () => {
    const put = await api.call('PUT /app/shop/flow/erp', { body: { ...definition, name: 'Orders, again' } })
    expect(put.body).toMatchObject({ name: 'Orders, again', uid: 'erp', publishedVersion: 1, changed: true })
    expect((await api.call('POST /app/shop/flow/erp/publish')).body['version']).toBe(2)
    const first = await api.call('GET /app/shop/flow/erp/version/1')
    expect(first.body).toMatchObject({ version: 1, published: false, definition })
    const versions = (await api.call('GET /app/shop/flow/erp/version')).body['data'] as unknown as { version: number }[]
    expect(versions.map(({ version }) => version)).toEqual([2, 1])
  })

  test('take an old version back as their draft', async () => {
    const restored = await api.call('POST /app/shop/flow/erp/version/1/restore')
    expect(restored.body).toMatchObject({ name: 'Orders to ERP', publishedVersion: 2, changed: true })
    expect((await api.call('POST /app/shop/flow/erp/version/9/restore')).status).toBe(404)
    expect((await api.call('GET /app/shop/flow/erp/version/first')).status).toBe(404)
  })

  test('are switched off and on without touching the draft', async () => {
    const off = await api.call('PATCH /app/shop/flow/erp', { body: { enabled: false } })
    expect(off.body).toMatchObject({ enabled: false, name: 'Orders to ERP' })
    expect((await api.call('PATCH /app/shop/flow/erp', { body: { enabled: true } })).body).toMatchObject({ enabled: true })
  })

  test('are not published when another flow of their listener answers its callers', async () => {
    await create({ ...definition, uid: 'second', name: 'Second' })
    const refused = await api.call('POST /app/shop/flow/second/publish')
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({ code: 'listener_answered', detail: expect.stringContaining('"Orders to ERP" (erp)') })
    await api.call('PATCH /app/shop/flow/second', { body: { steps: [{ id: 'stop', kind: 'stop' }] } })
    expect((await api.call('POST /app/shop/flow/second/publish')).status).toBe(200)
  })

  test('R51: are not published with a response and no listener that waits for it', async () => {
    await create({ ...definition, uid: 'job', trigger: { kind: 'job' } })
    expect((await api.call('GET /app/shop/flow/job')).body['faults']).toMatchObject([{ pointer: '/steps/0/kind' }])
    const refused = await api.call('POST /app/shop/flow/job/publish')
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer: '/steps/0/kind', code: 'response_without_webhook' }])
  })

  test('are not published with a listener or a secret that is not there, or with a mistake in the mapping', async () => {
    const send = { id: 'send', kind: 'send_webhook', url: 'https://erp.example/hook', bearerToken: '{{ secrets.nothing }}' }
    await create({ ...definition, uid: 'lost', trigger: { kind: 'webhook', listener: 'nowhere' }, steps: [send] })
    const lost = await api.call('POST /app/shop/flow/lost/publish')
    expect(lost.body['errors']).toMatchObject([
      { pointer: '/trigger/listener', code: 'unknown_listener' },
      { pointer: '/steps/0/bearerToken', code: 'unknown_secret' },
    ])
    await api.call('PATCH /app/shop/flow/lost', { body: { steps: [{ ...reply, body: { n: '{{ steps.nowhere.output }}' } }] } })
    expect((await api.call('POST /app/shop/flow/lost/publish')).body['errors']).toMatchObject([{ pointer: '/steps/0/body/n' }])
  })

  test('move literal secrets out of the definition, where nobody can read them', async () => {
    const send = {
      id: 'send',
      kind: 'send_webhook',
      url: 'https://erp.example/hook',
      bearerToken: 'literal-token-12345',
      headers: { 'X-API-Key': 'literal-key-67890', 'X-Plain': 'seen' },
    }
    const { body, text } = await create({ ...definition, uid: 'sender', trigger: { kind: 'job' }, steps: [send] })
    expect(text).not.toMatch(/literal/)
    expect(body['steps']).toEqual([
      {
        ...send,
        bearerToken: '{{ secrets.sender_send_token }}',
        headers: { 'X-API-Key': '{{ secrets.sender_send_x_api_key }}', 'X-Plain': 'seen' },
      },
    ])
    const db = tablesOf(api.deps.store)
    expect(JSON.stringify([await flowRow('sender'), await db.selectFrom('audit').selectAll().execute()])).not.toMatch(/literal/)
    const row = await db.selectFrom('secret').selectAll().where('name', '=', 'sender_send_token').executeTakeFirstOrThrow()
    const opened = api.deps.vault.openText(row.sealed, belonging.secret(row.application_id, row.name))
    expect(opened).toEqual({ ok: true, plain: 'literal-token-12345' })
    expect((await api.call('POST /app/shop/flow/sender/publish')).status).toBe(200)
  })

  test('make no second secret when the same file is applied again', async () => {
    const send = { id: 'send', kind: 'send_webhook', url: 'https://erp.example/hook', bearerToken: 'literal-token-12345' }
    const body = { ...definition, trigger: { kind: 'job' }, steps: [send] }
    const put = await api.call('PUT /app/shop/flow/sender', { body })
    expect(put.body['steps']).toMatchObject([{ bearerToken: '{{ secrets.sender_send_token }}' }])
  })

  test('are listed without their steps, a page at a time', async () => {
    const all = (await api.call('GET /app/shop/flow')).body['data'] as unknown as { uid: string; steps?: unknown }[]
    expect(all.map(({ uid }) => uid)).toEqual(['erp', 'second', 'job', 'lost', 'sender'])
    expect(all.every(({ steps }) => steps === undefined)).toBe(true)
    const first = (await api.call('GET /app/shop/flow?limit=2&order=descending')).body
    expect(first['data']).toMatchObject([{ uid: 'sender' }, { uid: 'lost' }])
    const next = (await api.call(`GET /app/shop/flow?limit=2&order=descending&iterator=${String(first['iterator'])}`)).body
    expect(next['data']).toMatchObject([{ uid: 'job' }, { uid: 'second' }])
  })

  test('are created or replaced by PUT under a uid', async () => {
    expect((await api.call('PUT /app/shop/flow/by-uid', { body: definition })).status).toBe(201)
    expect((await api.call('PUT /app/shop/flow/by-uid', { body: definition })).status).toBe(200)
    expect((await api.call(`PUT /app/shop/flow/flow_${'0'.repeat(22)}`, { body: definition })).status).toBe(404)
  })

  test('refuse a uid that is taken', async () => {
    expect((await create({ ...definition, uid: 'erp' })).status).toBe(409)
  })

  test('are gone after DELETE, and their uid is free again', async () => {
    expect((await api.call('DELETE /app/shop/flow/by-uid?cancel=true')).status).toBe(204)
    expect((await api.call('GET /app/shop/flow/by-uid')).status).toBe(404)
    expect((await create({ ...definition, uid: 'by-uid' })).status).toBe(201)
  })

  test.each<[string, object, string]>([
    ['no name', { name: undefined }, '/name'],
    ['no trigger', { trigger: undefined }, '/trigger'],
    ['an unknown trigger', { trigger: { kind: 'magic' } }, '/trigger/kind'],
    ['no steps', { steps: undefined }, '/steps'],
    ['an unknown kind of step', { steps: [{ id: 'a', kind: 'magic' }] }, '/steps/0/kind'],
    ['a misspelt field', { steps: [{ id: 'a', kind: 'stop', wehn: true }] }, '/steps/0/wehn'],
    ['two steps with one id', { steps: [reply, reply] }, '/steps/1/id'],
    ['a field that is none', { colour: 'red' }, '/colour'],
    ['a uid that looks like an id', { uid: 'flow_1' }, '/uid'],
    ['a uid with a space', { uid: 'a b' }, '/uid'],
    ['a switch that is neither on nor off', { enabled: 'yes' }, '/enabled'],
    [
      'a signing secret that cannot sign',
      { steps: [{ id: 'a', kind: 'send_webhook', url: 'https://x.example', signing: { profile: 'standard', secret: '%%%' } }] },
      '/steps/0/signing/secret',
    ],
  ])('refuse %s, and name the field', async (_what, fields, pointer) => {
    const { status, body } = await create({ ...definition, ...fields })
    expect(status).toBe(422)
    expect(body['errors']).toMatchObject([{ pointer }])
  })
})
