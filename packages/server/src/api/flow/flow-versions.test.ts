import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
let jonas: string
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  jonas = String((await api.call('POST /key', { body: { name: 'Jonas' } })).body['key'])
  expect((await api.call('PUT /app/shop/flow/erp', { body: first })).status).toBe(201)
})
afterAll(() => api.stop())

const stop = (id: string, more: object = {}) => ({ id, kind: 'stop', ...more })
const job = { kind: 'job' }
const first = {
  name: 'ERP',
  trigger: job,
  steps: [stop('one'), stop('two'), { id: 'large', kind: 'branch', if: true, then: [stop('in')] }],
}
const patch = (body: object, more: { key?: string; ifMatch?: string } = {}) =>
  api.call('PATCH /app/shop/flow/erp', {
    body,
    ...(more.key !== undefined && { key: more.key }),
    ...(more.ifMatch !== undefined && { headers: { 'if-match': more.ifMatch } }),
  })
const read = () => api.call('GET /app/shop/flow/erp')

describe('two people at one draft', () => {
  test('do not write over each other: the second hears who was faster, and when', async () => {
    const { body, headers } = await read()
    const revision = String(body['revision'])
    expect(headers.get('etag')).toBe(`"${revision}"`)
    const saved = await patch({ notes: 'by Jonas' }, { key: jonas, ifMatch: `"${revision}"` })
    expect(saved.status).toBe(200)
    expect(saved.body).toMatchObject({ savedByName: 'Jonas' })
    expect(saved.headers.get('etag')).toBe(`"${String(saved.body['revision'])}"`)
    const refused = await patch({ notes: 'by me' }, { ifMatch: `"${revision}"` })
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({
      code: 'draft_changed',
      detail: expect.stringMatching(/^Jonas changed this draft at 20\d\d-.*Z\. /),
    })
    expect((await read()).body).toMatchObject({ notes: 'by Jonas' })
    for (const call of ['PUT /app/shop/flow/erp', 'POST /app/shop/flow/erp/publish', 'DELETE /app/shop/flow/erp'])
      expect((await api.call(call, { ...(call.startsWith('PUT') && { body: first }), headers: { 'if-match': revision } })).status).toBe(409)
  })

  test('save the same and do not hear of it; may say that they write over all; and need not say anything', async () => {
    const before = (await read()).body
    await patch({ notes: 'by Jonas' }, { key: jonas })
    expect((await patch({ enabled: true }, { ifMatch: `"other", W/"${String(before['revision'])}"` })).status).toBe(200)
    expect((await patch({ notes: 'x' }, { ifMatch: '*' })).status).toBe(200)
    expect((await patch({ notes: 'y' })).status).toBe(200)
    expect((await patch({ notes: 'z' }, { ifMatch: String(before['revision']) })).body['detail']).toMatch(/^You changed/)
    const gone = await api.call('PUT /app/shop/flow/gone', { body: first, headers: { 'if-match': '*' } })
    expect(gone.body).toMatchObject({ code: 'draft_changed' })
  })
})

describe('versions', () => {
  test('say what they are about, who made them, and what they are', async () => {
    const { body } = await api.call('POST /app/shop/flow/erp/publish', { key: jonas, body: { note: 'The first one.' } })
    const version = { version: 1, note: 'The first one.', createdByName: 'Jonas', hash: expect.stringMatching(/^[0-9a-f]{64}$/) }
    expect(body).toMatchObject(version)
    expect((await api.call('GET /app/shop/flow/erp/version')).body['data']).toMatchObject([version])
    expect((await api.call('GET /app/shop/flow/erp/version/1')).body).toMatchObject(version)
    expect((await api.call('POST /app/shop/flow/erp/publish', { body: { note: 5 } })).body['errors']).toMatchObject([{ pointer: '/note' }])
  })

  const diff = async (query = '') => (await api.call(`GET /app/shop/flow/erp/diff${query}`)).body
  const said = ({ change, stepId, field, pointer }: Json) => [change, stepId, field, pointer]

  test('are compared step by step', async () => {
    expect(await diff()).toEqual({ from: 1, to: null, changes: [] })
    await api.call('PUT /app/shop/flow/erp', {
      body: {
        ...{ name: 'ERP', notes: 'new', trigger: { kind: 'event', eventTypes: ['a.b'] } },
        steps: [
          stop('two', { when: '{{ body.n > 12345678901234567890 }}' }),
          stop('one', { next: [{ status: 'any', do: { steps: [stop('in')] } }] }),
          { id: 'fresh', kind: 'branch', if: true, then: [stop('inner')] },
        ],
      },
    })
    const changes = (await diff())['changes'] as unknown as Json[]
    expect(changes.map(said)).toEqual([
      ['changed', null, 'notes', '/notes'],
      ['changed', null, 'trigger', '/trigger'],
      ['changed', 'two', 'when', '/steps/0/when'],
      ['moved', 'one', null, '/steps/1'],
      ['changed', 'one', 'next', '/steps/1/next'],
      ['moved', 'in', null, '/steps/1/next/0/do/steps/0'],
      ['added', 'fresh', null, '/steps/2'],
      ['added', 'inner', null, '/steps/2/then/0'],
      ['removed', 'large', null, '/steps/2'],
    ])
    expect(changes[3]).toMatchObject({ before: '/steps/0', after: '/steps/1' })
    expect(changes[4]).toMatchObject({ before: null, after: [{ status: 'any', do: { steps: ['in'] } }] })
    // What stands inside has changes of its own.
    expect(changes[6]).toMatchObject({ kind: 'branch', before: null, after: { kind: 'branch', if: true } })
    await api.call('POST /app/shop/flow/erp/publish')
    expect(await diff('?from=1&to=published')).toEqual({ from: 1, to: 2, changes })
    const back = (await diff('?from=draft&to=1'))['changes'] as unknown as Json[]
    expect(back.map(({ change }) => String(change)).sort()).toEqual(changes.map(({ change }) => turned(change)).sort())
  })

  test('of before run again in one call, and leave the draft as it is', async () => {
    const drafted = (await api.call('PUT /app/shop/flow/erp', { body: { ...first, notes: 'not yet', concurrency: 3 } })).body
    const publish = (body: object) => api.call('POST /app/shop/flow/erp/publish', { body })
    const { version: live, hash } = (await api.call('GET /app/shop/flow/erp/version/1')).body
    const back = (await publish({ version: live, note: 'As v1' })).body
    expect(back).toMatchObject({ version: 3, note: 'As v1', hash })
    const now = (await api.call('GET /app/shop/flow/erp')).body
    expect(now).toMatchObject({ publishedVersion: 3, changed: true, notes: 'not yet', revision: drafted['revision'] })
    expect(await publish({ version: 1 })).toMatchObject({ status: 200, body: { version: 3 } })
    expect((await publish({ version: 9 })).body).toMatchObject({ status: 404, detail: 'The flow has no version 9.' })
    expect((await publish({ version: 0 })).body['errors']).toMatchObject([{ pointer: '/version' }])
    await api.call('POST /app/shop/flow/erp/version/3/restore')
    expect((await api.call('GET /app/shop/flow/erp')).body).toMatchObject({ changed: false })
  })

  test('are compared with nothing where none is published', async () => {
    await api.call('PUT /app/shop/flow/new', { body: { name: 'New', trigger: job, steps: [stop('a')] } })
    const { body } = await api.call('GET /app/shop/flow/new/diff')
    expect(body).toMatchObject({ from: null, to: null })
    expect((body['changes'] as unknown as Json[]).map(said)).toEqual([
      ['changed', null, 'name', '/name'],
      ['changed', null, 'trigger', '/trigger'],
      ['added', 'a', null, '/steps/0'],
    ])
  })

  test('that are not there are reported as such', async () => {
    const none = { status: 404, detail: 'The flow has no version 9.' }
    for (const call of [
      'GET /app/shop/flow/erp/diff?from=9',
      'GET /app/shop/flow/erp/version/9',
      'POST /app/shop/flow/erp/version/9/restore',
    ])
      expect((await api.call(call)).body, call).toMatchObject(none)
    expect((await api.call('GET /app/shop/flow/erp/diff?from=first')).body['errors']).toMatchObject([{ pointer: '?from' }])
  })
})

const turned = (change: Json | undefined): string => ({ added: 'removed', removed: 'added' })[String(change)] ?? String(change)
