import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { belonging } from '#domain'
import { tablesOf } from '#store/testing'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

const put = async (name: string, value: unknown) => api.call(`PUT /app/shop/secret/${name}`, { body: { value } })

describe('secrets', () => {
  test('are created by PUT and shown by name, end and age only', async () => {
    const created = await put('erp', 'the-token-of-the-erp')
    expect(created.status).toBe(201)
    expect(created.body).toEqual({ name: 'erp', last4: '-erp', createdAt: expect.any(String), updatedAt: expect.any(String) })
    expect((await api.call('GET /app/shop/secret/erp')).body).toEqual(created.body)
  })

  test('show nothing of a value that is short', async () => {
    expect((await put('pin', '12345')).body['last4']).toBe('')
  })

  test('are kept sealed, and never stand in the audit log', async () => {
    const db = tablesOf(api.deps.store)
    const row = await db.selectFrom('secret').selectAll().where('name', '=', 'erp').executeTakeFirstOrThrow()
    expect(api.deps.vault.openText(row.sealed, belonging.secret(row.application_id, 'erp'))).toEqual({
      ok: true,
      plain: 'the-token-of-the-erp',
    })
    expect(row.sealed).not.toContain('the-token')
    expect(JSON.stringify(await db.selectFrom('audit').selectAll().execute())).not.toContain('the-token')
  })

  test('change their value and keep their age', async () => {
    const before = (await api.call('GET /app/shop/secret/erp')).body
    const changed = await put('erp', 'another-token-9999')
    expect(changed.status).toBe(200)
    expect(changed.body).toMatchObject({ last4: '9999', createdAt: before['createdAt'] })
  })

  test('are not deleted while a listener reads them', async () => {
    const auth = { kind: 'bearer', tokens: [{ name: 'erp' }] }
    await api.call('POST /app/shop/listener', { body: { uid: 'in', name: 'In', suffix: '/in', auth } })
    const refused = await api.call('DELETE /app/shop/secret/erp')
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({ code: 'secret_in_use', detail: 'The secret erp is read by the listener "In".' })
    await api.call('DELETE /app/shop/listener/in')
    expect((await api.call('DELETE /app/shop/secret/erp')).status).toBe(204)
    expect((await api.call('GET /app/shop/secret/erp')).status).toBe(404)
  })

  test('are not changed to what their readers cannot use, and it is said which', async () => {
    await put('shared', 'one-token')
    await api.call('POST /app/shop/listener', {
      body: { name: 'Tokens', uid: 'tokens', suffix: '/t', auth: { kind: 'bearer', tokens: [{ name: 'shared' }] } },
    })
    const refused = await put('shared', 'two words')
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([
      { pointer: '/value', message: expect.stringMatching(/listener "Tokens" reads this secret\. .*space/) },
    ])
    expect((await put('shared', 'other-token')).status).toBe(200)

    const signing = { profile: 'standard', secret: '{{ secrets.signs }}' }
    const flow = { name: 'Signs', trigger: { kind: 'job' }, steps: [{ id: 'a', kind: 'send_webhook', url: 'https://x.example', signing }] }
    await put('signs', '%%%')
    expect((await api.call('POST /app/shop/flow', { body: flow })).body['errors']).toMatchObject([{ pointer: '/steps/0/signing/secret' }])
    expect((await put('signs', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).status).toBe(200)
    const { id } = (await api.call('POST /app/shop/flow', { body: flow })).body
    expect((await api.call(`POST /app/shop/flow/${String(id)}/publish`)).status).toBe(200)
    const unfit = await put('signs', 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=')
    expect(unfit.body['errors']).toMatchObject([
      { pointer: '/value', message: expect.stringMatching(/flow "Signs" reads this secret\. A public key cannot sign/) },
    ])
  })

  test.each(['{{ secrets.held }}', '{{ secrets .held }}', '{{ secrets["held"] }}', '{{secrets [ "held" ]}}'])(
    'are kept from what a published flow cannot use, however it reads them: %s',
    async (reading) => {
      await put('held', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
      const signing = { profile: 'standard', secret: reading }
      const flow = {
        name: 'Reads',
        trigger: { kind: 'job' },
        steps: [{ id: 'a', kind: 'send_webhook', url: 'https://x.example', signing }],
      }
      const { id } = (await api.call('POST /app/shop/flow', { body: flow })).body
      expect((await api.call(`POST /app/shop/flow/${String(id)}/publish`)).status).toBe(200)
      const refused = await api.call('DELETE /app/shop/secret/held')
      expect([refused.status, refused.body['detail']]).toEqual([409, 'The secret held is read by the flow "Reads".'])
      expect((await put('held', '%%%')).body['errors']).toMatchObject([
        { message: expect.stringContaining('flow "Reads" reads this secret') },
      ])
      await api.call(`DELETE /app/shop/flow/${String(id)}`)
      await put('held', '%%%')
      expect((await api.call('POST /app/shop/flow', { body: flow })).body['errors']).toMatchObject([{ pointer: '/steps/0/signing/secret' }])
      expect((await api.call('DELETE /app/shop/secret/held')).status).toBe(204)
    },
  )

  test('are not read by a text that only looks so', async () => {
    await put('told', 'x')
    const meta = { text: 'secrets.told', quoted: "{{ 'secrets.told' }}" }
    const flow = { name: 'Tells', trigger: { kind: 'job' }, steps: [{ id: 'a', kind: 'set_meta', meta }] }
    const { id } = (await api.call('POST /app/shop/flow', { body: flow })).body
    expect((await api.call(`POST /app/shop/flow/${String(id)}/publish`)).status).toBe(200)
    expect((await api.call('DELETE /app/shop/secret/told')).status).toBe(204)
  })

  test.each([
    ['a name that no mapping can say', '1st', 'x'],
    ['a name with a dot', 'a.b', 'x'],
  ])('refuse %s', async (_what, name, value) => {
    expect((await put(name, value)).status).toBe(422)
  })

  test.each([
    ['an empty value', ''],
    ['no value', undefined],
    ['a value that is not text', 5],
    ['a value that is too long', 'x'.repeat(16_385)],
  ])('refuse %s', async (_what, value) => {
    const { status, body } = await put('x', value)
    expect(status).toBe(422)
    expect(body['errors']).toMatchObject([{ pointer: '/value' }])
  })
})
