import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { allTemplates, piecesOf, readTemplate } from './template.ts'
import { filledIn } from './fill-template.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

type Listed = { data: { name: string }[]; iterator: string; done: boolean }
const listed = async (query: string) => ((await api.call(`GET /template${query}`)).body as unknown as Listed).data.map(({ name }) => name)
const apply = (name: string, body: object) => api.call(`POST /app/shop/template/${name}`, { body })
const names = async (kind: string) => ((await api.call(`GET /app/shop/${kind}`)).body as unknown as Listed).data.map(({ name }) => name)

test('R94: the templates are listed by name, page by page, and those of one system', async () => {
  const all = ['api-gateway', 'form-with-file', 'github-push', 'payment-completed', 'relay']
  expect(await listed('')).toEqual(all)
  expect(await listed('?order=descending')).toEqual(all.toReversed())
  const first = (await api.call('GET /template?limit=2')).body as unknown as Listed
  expect([first.data.length, first.done]).toEqual([2, false])
  expect(await listed(`?limit=3&iterator=${encodeURIComponent(first.iterator)}`)).toEqual(all.slice(2))
  expect(await listed('?system=stripe')).toEqual(['payment-completed'])
  expect(await listed('?system=custom')).toEqual(['api-gateway', 'form-with-file', 'relay'])
})

test('R94: a template says what it asks for, what it makes and what its steps do', async () => {
  expect((await api.call('GET /template/payment-completed')).body).toMatchObject({
    systems: ['stripe'],
    inputs: [
      { name: 'shopUrl', kind: 'url', default: null },
      { name: 'confirmationUrl', kind: 'url' },
    ],
    secrets: [
      { name: 'stripe', from: 'sender', where: expect.stringContaining('Workbench') },
      { name: 'shop', from: 'posthorn' },
    ],
    makes: [
      { kind: 'listener', name: 'Payments of Stripe' },
      { kind: 'endpoint', name: 'Confirmations of paid orders' },
      { kind: 'flow', name: 'Payment completed' },
    ],
    steps: expect.arrayContaining([{ kind: 'emit_event', name: 'Send the confirmation' }]),
  })
  expect((await api.call('GET /template/no-such')).status).toBe(404)
  expect((await apply('no-such', {})).status).toBe(404)
})

test('R94: what cannot be made is refused by the field that says it, all at once, and nothing is made', async () => {
  const refused = await apply('github-push', {
    inputs: { deployUrl: 'ftp://deploy.example.com', branch: "main' or 1 == 1", other: 'x' },
    secrets: { none: 'x' },
  })
  expect(refused.status).toBe(422)
  expect(refused.body['errors']).toMatchObject([
    { pointer: '/inputs/other', code: 'unknown_field', message: expect.stringContaining('deployUrl, branch') },
    { pointer: '/secrets/none', code: 'unknown_field' },
    { pointer: '/inputs/deployUrl', code: 'bad_url', message: expect.stringContaining('https://deploy.example.com/hooks') },
    { pointer: '/inputs/branch', code: 'bad_text' },
  ])
  expect((await apply('github-push', { name: 'Not A Name' })).body['errors']).toMatchObject([{ pointer: '/name' }])
  const gateway = await apply('api-gateway', { inputs: { backendUrl: 'https://erp.example.com/api?x=1' } })
  expect(gateway.body['errors']).toMatchObject([
    { pointer: '/secrets/backend', code: 'required' },
    { pointer: '/inputs/backendUrl', message: expect.stringContaining('no ?') },
  ])
  const metadata = await apply('relay', { inputs: { targetUrl: 'http://169.254.169.254/latest' } })
  expect(metadata.body['errors']).toMatchObject([{ pointer: '/inputs/targetUrl', code: 'address_refused' }])
  for (const kind of ['listener', 'flow', 'secret', 'endpoint']) expect(await names(kind)).toEqual([])
})

test('R94: a secret that nobody can show is refused where it was given', async () => {
  const refused = await apply('relay', { inputs: { targetUrl: 'https://example.com/a' }, secrets: { key: 'two words\n' } })
  expect(refused.status).toBe(422)
  expect(refused.body['errors']).toMatchObject([{ pointer: '/secrets/key' }])
  expect(await names('secret')).toEqual([])
})

test('R94: a template is applied in one commit, once under each name, and everything stands in the audit log', async () => {
  const inputs = { targetUrl: 'https://example.com/a' }
  const made = await apply('relay', { inputs })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({
    template: 'relay',
    name: 'relay',
    listeners: [{ uid: 'relay', publicUrl: 'https://hooks.example.com/in/shop/relay' }],
    endpoints: [{ uid: 'relay', secret: expect.stringMatching(/^whsec_/) }],
    flows: [{ uid: 'relay', publishedVersion: 1, changed: false }],
    secrets: [{ name: 'key', secret: 'relay_key', value: expect.stringMatching(/^[0-9a-f]{64}$/), asked: false }],
  })
  expect((await api.call('GET /app/shop/flow/relay')).body).toMatchObject({ publishedVersion: 1, changed: false, faults: [], warnings: [] })
  const audit = (await api.call('GET /audit?limit=6')).body as unknown as { data: { action: string; after: unknown }[] }
  expect(audit.data.map(({ action }) => action).toSorted()).toEqual([
    'endpoint.created',
    'flow.created',
    'flow.published',
    'listener.created',
    'secret.created',
    'template.applied',
  ])
  expect(JSON.stringify(audit)).not.toContain(String(made.body['secrets']![0 as never]!['value']))

  const again = await apply('relay', { inputs })
  expect([again.status, again.body['detail']]).toEqual([409, expect.stringMatching(/the listener relay.* Give another "name"/)])
  const beside = await apply('relay', { inputs, name: 'relay-2', secrets: { key: 'a-key-of-our-own' } })
  expect(beside.body).toMatchObject({ name: 'relay-2', secrets: [{ secret: 'relay_2_key', value: null, asked: false }] })
  expect(await names('secret')).toEqual(['relay_2_key', 'relay_key'])
})

test('a template that a plan has no room for makes nothing', async () => {
  await api.call('POST /plan', { body: { name: 'one', endpointsMax: 1 } })
  await api.call('POST /app', { body: { uid: 'small', name: 'Small', plan: 'one' } })
  await api.call('POST /app/small/endpoint', { body: { url: 'https://example.com/b' } })
  const refused = await api.call('POST /app/small/template/relay', { body: { inputs: { targetUrl: 'https://example.com/a' } } })
  expect([refused.status, refused.body['code']]).toEqual([400, 'limit_reached'])
  expect((await api.call('GET /app/small/listener')).body['data']).toEqual([])
  expect((await api.call('GET /app/small/secret')).body['data']).toEqual([])
})

test('every template uses what it asks for, and asks for what it uses', () => {
  for (const template of allTemplates()) {
    const asked = ['name', ...template.inputs.map(({ name }) => name), ...template.secrets.map(({ name }) => `secret:${name}`)]
    const used = new Set<string>()
    const fillings = new Map(asked.map((name) => [name, name]))
    const spied = { get: (name: string) => (used.add(name), fillings.get(name)) } as unknown as ReadonlyMap<string, string>
    for (const { written } of piecesOf(template)) filledIn(written, spied)
    expect([template.name, [...used].toSorted()]).toEqual([template.name, asked.toSorted()])
  }
  expect(() => readTemplate('Not a name', {})).toThrow()
})
