import { createHmac, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startForwardProxy, type ForwardProxy } from '../support/forward-proxy.ts'
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts'
import { createProduct, type Product } from '../support/product.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.ts'
import { fetched } from './whole-server.ts'

/** One value for each secret field, found nowhere else. */
type Canaries = Record<string, string>

function hatch(): Canaries {
  const names = [
    ...[
      'header.X-Tenant',
      'header.Authorization',
      'header.X-Patched',
      'listener.api_key',
      'listener.query',
      'listener.bearer',
      'listener.basic',
      'listener.hmac',
    ],
    ...['secret.named', 'flow.bearerToken', 'flow.X-API-Key', 'stray.X-API-Key', 'stray.query'],
    ...['connection.clientSecret', 'connection.denied', 'connection.token', 'listener.jwt', 'setting.clientSecret', 'setting.egressProxy'],
  ]
  const { privateKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
    publicKeyEncoding: { format: 'pem', type: 'spki' },
  })
  const own = names.map((name) => [name, `canary-${randomBytes(12).toString('hex')}`])
  const signing = ['endpoint.secret', 'endpoint.rotated', 'listener.preset', 'flow.signing']
  const keys = [['resend.signKey', privateKey.split('\n')[1]]]
  return Object.fromEntries([...own, ...signing.map((name) => [name, randomBytes(24).toString('base64')]), ...keys]) as Canaries
}

/** Of what is signed anew by hand, the key that nobody but the sender has. */
const pemOf = (canary: string) => `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----\n`

const whsec = (canary: string) => `whsec_${canary}`

/** Every secret field gets its canary. Nothing of the answers is kept but what the API shows of secrets once. */
async function furnish(product: Product, receiver: RecordingReceiver, canaries: Canaries): Promise<void> {
  const make = <T>(path: string, body: unknown) => product.api<T>('POST', path, body)
  await product.api('PUT', '/app/default/secret/named', { value: canaries['secret.named'] })
  await make('/event-type', { name: 'invoice.paid', description: '' })
  await make('/app/default/endpoint', {
    ...{ uid: 'failing', url: `${receiver.url}/failing`, secret: whsec(canaries['endpoint.secret']!) },
    headers: { 'X-Tenant': canaries['header.X-Tenant'], Authorization: `Bearer ${canaries['header.Authorization']}` },
  })
  await make('/app/default/endpoint', { uid: 'fine', url: `${receiver.url}/fine`, headers: { 'X-Tenant': canaries['header.X-Tenant'] } })
  await make('/app/default/endpoint', { uid: 'far', url: 'http://93.184.215.14/far' })
  await product.api('PATCH', '/app/default/endpoint/fine/headers', { headers: { 'X-Patched': canaries['header.X-Patched'] } })
  await make('/app/default/endpoint/fine/secret/rotate', { key: whsec(canaries['endpoint.rotated']!) })
  const listener = (uid: string, auth: unknown, system = 'custom') =>
    make('/app/default/listener', { uid, name: uid, suffix: `/${uid}`, system, auth })
  await listener('keyed', { kind: 'api_key', name: 'X-Door', keys: [canaries['listener.api_key']] })
  await listener('query', { kind: 'api_key', in: 'query', name: 'door', keys: [canaries['listener.query']] })
  await listener('bearer', { kind: 'bearer', tokens: [canaries['listener.bearer']] })
  await listener('basic', { kind: 'basic', username: 'u', password: canaries['listener.basic'] })
  await listener('hmac', { kind: 'hmac', header: 'X-Sig', secrets: [canaries['listener.hmac']] })
  await listener('jwt', { kind: 'jwt', secrets: [canaries['listener.jwt']] })
  const publicKey = String(createPublicKey(pemOf(canaries['resend.signKey']!)).export({ format: 'pem', type: 'spki' }))
  await listener('signed', {
    kind: 'ed25519',
    header: 'X-Sig',
    keyEncoding: 'pem',
    timestamp: null,
    signedString: '{body}',
    keys: [publicKey],
  })
  const connection = (name: string, path: string, clientSecret: string | undefined, clientAuth: string) =>
    product.api('PUT', `/app/default/connection/${name}`, {
      baseUrl: receiver.url,
      auth: { kind: 'oauth2', tokenUrl: `${receiver.url}/${path}`, clientId: 'posthorn', clientSecret, clientAuth },
    })
  await connection('erp', 'token', canaries['connection.clientSecret'], 'basic')
  await connection('shut', 'denied', canaries['connection.denied'], 'body')
  await listener('preset', { kind: 'preset', secrets: [whsec(canaries['listener.preset']!)] }, 'standard-webhooks')
  const step = (id: string, path: string) => ({
    ...{ id, kind: 'send_webhook', url: `${receiver.url}/${path}`, retryPolicy: { waitsSeconds: [] } },
    bearerToken: canaries['flow.bearerToken'],
    headers: { 'X-Region': '{{ secrets.named }}', 'X-API-Key': canaries['flow.X-API-Key'] },
    signing: { profile: 'standard', secret: whsec(canaries['flow.signing']!) },
  })
  const definition = {
    name: 'Sends',
    trigger: { kind: 'webhook', listener: 'keyed' },
    steps: [
      step('works', 'fine'),
      { ...step('breaks', 'failing'), next: [{ status: 'any', do: 'continue' }] },
      ...['erp', 'shut'].map((system) => ({
        ...{ id: system, kind: 'http_request', system, url: '/stock', retryPolicy: { waitsSeconds: [] } },
        next: [{ status: 'any', do: 'continue' }],
      })),
    ],
  }
  const { id } = await make<{ id: string }>('/app/default/flow', definition)
  await make(`/app/default/flow/${id}/publish`, {})
}

/** Each listener is called rightly, with a body that is refused, and at a place where nobody knows its secret. */
async function callListeners({ url }: Product, canaries: Canaries): Promise<void> {
  const basic = Buffer.from(`u:${canaries['listener.basic']}`).toString('base64')
  const call = async (path: string, headers: Record<string, string>, body = '{"a":1}') =>
    (await fetched(`${url}/in/default/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }))
      .status
  const proofs = [
    ['keyed', { 'x-door': canaries['listener.api_key']! }],
    [`query?door=${canaries['listener.query']}`, {}],
    ['bearer', { authorization: `Bearer ${canaries['listener.bearer']}` }],
    ['basic', { authorization: `Basic ${basic}` }],
  ] as const
  for (const [path, headers] of proofs) {
    expect(await call(path, headers), path).toBe(202)
    expect(await call(path, headers, '{'), path).toBe(400)
  }
  const signature = createHmac('sha256', canaries['listener.hmac']!).update('{"a":1}').digest('hex')
  expect(await call('hmac', { 'x-sig': signature })).toBe(202)
  expect(await call('hmac', { 'x-sig': signature }, '{"a":2}')).toBe(401)
  const at = new Date()
  const signed = new Webhook(whsec(canaries['listener.preset']!)).sign('msg_1', at, '{"a":1}')
  const head = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(at.getTime() / 1000)), 'webhook-signature': signed }
  expect(await call('preset', head)).toBe(202)
  expect(await call('jwt', { authorization: `Bearer ${canaries['listener.jwt']}` })).toBe(401)
  expect(await call('signed', {})).toBe(401)
  expect(await call(`nowhere?api_key=${canaries['stray.query']}`, { 'x-api-key': canaries['stray.X-API-Key']! })).toBe(404)
}

interface Listed {
  readonly data: readonly { readonly id: string; readonly eventType: string | null; readonly status?: string }[]
}

/** Until the run and everything that is sent has an end, or its first failure. */
async function settled(product: Product): Promise<void> {
  await vi.waitFor(
    async () => {
      const runs = await product.api<Listed>('GET', '/app/default/run')
      const deliveries = await product.api<{ data: readonly { attempts: number }[] }>('GET', '/app/default/delivery')
      expect(runs.data.map(({ status }) => status)).toEqual(['ok'])
      expect(deliveries.data.filter(({ attempts }) => attempts > 0)).toHaveLength(7)
    },
    { timeout: 30_000, interval: 100 },
  )
}

/** What lists and gets of the API say, by path; all ids are followed. */
async function answers(product: Product, keys: readonly string[]): Promise<Map<string, string>> {
  const said = new Map<string, string>()
  const get = async (path: string, key = product.apiKey): Promise<Listed> => {
    const { status, text, json } = await fetched(`${product.url}${path.startsWith('//') ? path.slice(1) : `/api/v1${path}`}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    said.set(`${path} ${status}`, text)
    return json as unknown as Listed
  }
  const each = async (list: string, below: (id: string) => readonly string[]) => {
    for (const { id } of (await get(list)).data) for (const path of below(id)) await get(path)
  }
  const app = '/app/default'
  for (const path of [
    `${app}`,
    '/app',
    '/audit?limit=250',
    '/key',
    '/delivery',
    '/app/default/secret',
    '/app/default/connection',
    '/app/default/connection/erp',
    '/app/default/issue',
    '/app/default/request',
    '/install',
    '/me',
    '/event-type',
    '//metrics',
    '//healthz',
    '//readyz',
  ])
    await get(path)
  await each(`${app}/endpoint`, (id) => [`${app}/endpoint/${id}`, `${app}/attempt/endpoint/${id}`, `${app}/endpoint/${id}/secret/list`])
  await get(`${app}/endpoint/failing/headers`)
  await each(`${app}/listener`, (id) => [`${app}/listener/${id}`, `${app}/listener/${id}/request`])
  for (const uid of ['keyed', 'query', 'bearer', 'basic', 'hmac', 'preset', 'jwt', 'signed'])
    await each(`${app}/listener/${uid}/request`, (id) => [`${app}/request/${id}`, `${app}/request/${id}/body`])
  await each(`${app}/flow`, (id) => [`${app}/flow/${id}`, `${app}/flow/${id}/version`, `${app}/flow/${id}/version/1`])
  await each(`${app}/run`, (id) => [`${app}/run/${id}`, `${app}/run/${id}/step`])
  await each(`${app}/delivery`, (id) => [`${app}/delivery/${id}`, `${app}/delivery/${id}/attempt`])
  await each(`${app}/msg`, (id) => [`${app}/msg/${id}`, `${app}/attempt/msg/${id}`, `${app}/msg/${id}/endpoint`])
  for (const key of keys) await get(`${app}/endpoint`, key)
  return said
}

function filesOf(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  return new Map(files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name))]))
}

/** Every row of every table, as text: columns of bytes are hexadecimal there. */
async function rowsOf(databaseUrl: string): Promise<Map<string, string>> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    )
    const rows = new Map<string, string>()
    for (const { name } of tables) {
      const { rows: found } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)
      rows.set(name, found.map(({ row }) => row).join('\n'))
    }
    return rows
  } finally {
    await client.end()
  }
}

/** Where canaries stand in clear, or only written in another way: hexadecimal, base64. */
function sightings(places: ReadonlyMap<string, string | Buffer>, canaries: Canaries): string[] {
  return [...places].flatMap(([place, content]) =>
    Object.entries(canaries)
      .filter(([, canary]) =>
        [canary, Buffer.from(canary).toString('hex'), Buffer.from(canary).toString('base64')].some((one) => content.includes(one)),
      )
      .map(([field]) => `${field} in ${place}`),
  )
}

describe.each(['SQLite', 'PostgreSQL'])('no secret is found in clear on %s', (engine) => {
  const canaries = hatch()
  let database: FreshDatabase | undefined
  let product: Product
  let receiver: RecordingReceiver
  let proxy: ForwardProxy
  const keys: string[] = []

  beforeAll(async () => {
    database = engine === 'PostgreSQL' ? await freshDatabase() : undefined
    const token = JSON.stringify({ access_token: canaries['connection.token'], token_type: 'Bearer', expires_in: 3600 })
    const answers: Record<string, { status: number; body: string }> = {
      '/failing': { status: 503, body: 'no' },
      '/token': { status: 200, body: token },
      // A server that tells back what it was shown.
      '/denied': {
        status: 400,
        body: `{"error":"invalid_client","error_description":"The secret ${canaries['connection.denied']} is wrong."}`,
      },
    }
    receiver = await startRecordingReceiver(({ path }) => answers[path] ?? 200)
    proxy = await startForwardProxy()
    proxy.refuse(() => 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    product = await createProduct({ databaseUrl: database?.url })
    const provider = { id: 'login', label: 'Login', issuer: 'https://login.example.com', clientId: 'posthorn' }
    const providers = JSON.stringify([{ ...provider, clientSecret: canaries['setting.clientSecret'] }])
    await product.start({
      ...{ POSTHORN_LOG_LEVEL: 'debug', POSTHORN_SIGN_IN_PROVIDERS: providers },
      POSTHORN_EGRESS_PROXY: `http://us:${canaries['setting.egressProxy']}@127.0.0.1:${proxy.port}`,
    })
    await furnish(product, receiver, canaries)
    const key = await product.api<{ key: string }>('POST', '/key', { name: 'Ours', application: 'default', access: 'read' })
    const portal = await product.api<{ token: string }>('POST', '/auth/app-portal-access/default', {})
    keys.push(key.key, portal.token)
    canaries['key.api'] = key.key
    canaries['key.portal'] = portal.token
    canaries['key.first'] = product.apiKey
    await callListeners(product, canaries)
    await product.api('POST', '/app/default/msg', { eventType: 'invoice.paid', payload: { a: 1 } })
    await settled(product)
    const { data } = await product.api<Listed>('GET', '/app/default/listener/signed/request')
    const signKey = pemOf(canaries['resend.signKey']!)
    const resent = await product.api<{ status: string }>('POST', `/app/default/request/${data[0]!.id}/resend`, { sign: true, signKey })
    expect(resent).toMatchObject({ status: 'accepted', verified: { kind: 'ed25519' } })
  })

  afterAll(async () => {
    await product.remove()
    await receiver[Symbol.asyncDispose]()
    await proxy[Symbol.asyncDispose]()
    await database?.drop()
  })

  test('every canary was used, so that it would be seen', async () => {
    const got = JSON.stringify(receiver.received.map(({ headers }) => headers))
    for (const field of [
      'header.X-Tenant',
      'header.Authorization',
      'header.X-Patched',
      'secret.named',
      'flow.bearerToken',
      'flow.X-API-Key',
      'connection.token',
    ])
      expect(got, field).toContain(canaries[field])
    const seen = sightings(new Map([['the receiver', got]]), canaries)
    // The client secret too, in base64 as Basic has it.
    expect(seen).toHaveLength(8)
    const basic = Buffer.from(`us:${canaries['setting.egressProxy']}`).toString('base64')
    expect(proxy.heads).toEqual([expect.stringContaining(`\r\nproxy-authorization: Basic ${basic}\r\n`)])
    const shown = receiver.received.filter(({ path }) => path === '/denied').map(({ body }) => body.toString())
    expect(shown).toEqual([expect.stringContaining(canaries['connection.denied']!)])
  })

  test('in answers of the API: attempts, requests, runs, the audit log and the rest', async () => {
    const said = await answers(product, keys)
    expect([...said.keys()].filter((path) => / [45]\d\d$/.test(path) && !path.startsWith('//'))).toEqual([])
    // An endpoint's own headers may be read back to be changed, but for those that are credentials by their name.
    const own = said.get('/app/default/endpoint/failing/headers 200')!
    expect(JSON.parse(own)).toEqual({ headers: { 'X-Tenant': canaries['header.X-Tenant'] }, sensitive: ['Authorization'] })
    said.delete('/app/default/endpoint/failing/headers 200')
    expect(sightings(said, canaries)).toEqual([])
  })

  test('in what is stored, of which a backup is a copy, and in the log', async () => {
    const files = filesOf(product.folder)
    const log = product.log()
    expect(log).toContain('server.started')
    const stored = database === undefined ? files : await rowsOf(database.url)
    // What is looked through is the store: names, which are no secrets, stand there in clear.
    expect([...stored.values()].some((content) => content.includes('X-Tenant') && content.includes('invoice.paid'))).toBe(true)
    expect(sightings(stored, canaries)).toEqual([])
    expect(sightings(files, canaries)).toEqual([])
    expect(sightings(new Map([['the log', log]]), canaries)).toEqual([])
  })
})
