import { expect } from 'vitest'
import { freshDatabase } from './postgres.ts'
import { startTestApi, type TestApi, type TestApiParts } from './test-api.ts'
import { writtenEntry } from './written-entry.ts'
import { tablesOf } from '../../packages/server/src/store/testing/index.ts'

/** Each kind of caller, by what it shows. */
export const callers = [
  'none',
  'mistyped',
  'unknown',
  'expired',
  'revoked',
  'organisation',
  'organisationReader',
  'own',
  'ownReader',
  'portalReader',
  'other',
] as const
export type Caller = (typeof callers)[number]

/** The id of one object of each kind, by the parameter that names it in a path. */
export type Ids = Readonly<Record<string, string>>

/** One server with two applications that have one of everything, `own` and `other`, and a key of each kind. */
export interface AccessWorld {
  readonly api: TestApi
  readonly own: Ids
  readonly other: Ids
  /** The key that a caller shows; a new one each time where calling may use it up. */
  key(caller: Caller): Promise<string | null>
  /** Everything that `other` has, as the store keeps it. */
  otherAsKept(): Promise<string>
  stop(): Promise<void>
}

export async function startAccessWorld(engine: 'sqlite' | 'postgres', parts: TestApiParts = {}): Promise<AccessWorld> {
  const database = engine === 'postgres' && parts.databaseUrl === undefined ? await freshDatabase() : undefined
  const api = await startTestApi({}, { ...parts, ...(database && { databaseUrl: database.url }) })
  const db = tablesOf(api.deps.store)
  await api.call('POST /event-type', { body: { name: 'order.paid', description: 'x' } })
  const own = await furnish(api, 'own')
  const other = await furnish(api, 'other')

  const make = async (body: object) => (await api.call('POST /key', { body: { name: 'x', ...body } })).body
  const text = async (body: object) => String((await make(body))['key'])
  const expired = await make({})
  const query = db.updateTable('api_key').set({ expires_at: 1 }).where('id', '=', String(expired['id'])).compile()
  await api.deps.store.mutate({ statements: [{ query, rows: 1 }], application: null, audit: [] })
  const revoked = await make({})
  expect((await api.call(`DELETE /key/${String(revoked['id'])}`)).status).toBe(204)

  const keys: Readonly<Record<Caller, () => Promise<string | null>>> = {
    none: async () => null,
    mistyped: async () => `phk_${'0'.repeat(49)}`,
    unknown: async () => 'a-key-that-nobody-made-at-all',
    expired: async () => String(expired['key']),
    revoked: async () => String(revoked['key']),
    organisation: async () => api.key,
    organisationReader: async () => text({ access: 'read' }),
    own: async () => text({ application: 'own' }),
    ownReader: async () => text({ application: 'own', access: 'read' }),
    portalReader: async () => String((await api.call('POST /auth/app-portal-access/own', { body: { readOnly: true } })).body['token']),
    other: async () => text({ application: 'other' }),
  }

  return {
    api,
    own,
    other,
    key: (caller) => keys[caller](),
    async otherAsKept() {
      const tables = [
        'endpoint',
        'listener',
        'flow',
        'secret',
        'connection',
        'message',
        'delivery',
        'attempt',
        'request',
        'entry',
        'silo_entry',
        'run',
        'lane',
        'replay',
        'saved_view',
      ] as const
      const rows = tables.map((table) => db.selectFrom(table).selectAll().where('application_id', '=', other['app_id']!).execute())
      const application = db.selectFrom('application').selectAll().where('id', '=', other['app_id']!).execute()
      return JSON.stringify(await Promise.all([application, ...rows]))
    },
    async stop() {
      await api.stop()
      await database?.drop()
    },
  }
}

/** One of everything. Its flows start nothing by themselves, and its endpoint is an address that is not there, so nothing changes behind the test's back. */
async function furnish(api: TestApi, uid: string): Promise<Ids> {
  const post = async (path: string, body: object): Promise<string> => {
    const answer = await api.call(`POST /app${path}`, { body })
    expect(answer.status, `POST ${path}: ${answer.text}`).toBeLessThan(300)
    return String(answer.body['id'])
  }
  const first = async (path: string): Promise<string> => {
    const { body } = await api.call(`GET /app/${uid}/${path}`)
    return (body['data'] as unknown as { id: string }[])[0]!.id
  }
  const app_id = await post('', { uid, name: uid })
  const endpoint_id = await post(`/${uid}/endpoint`, { uid: `${uid}-endpoint`, url: `${api.url}/nothing` })
  // A test leaves a message with its delivery and its attempt.
  await post(`/${uid}/endpoint/${endpoint_id}/test`, {})
  const listener_id = await post(`/${uid}/listener`, { uid: `${uid}-listener`, name: 'x', suffix: '/x', auth: { kind: 'none' } })
  const steps = [{ id: 'meta', kind: 'set_meta', meta: { a: 1 } }]
  const flow_id = await post(`/${uid}/flow`, { uid: `${uid}-flow`, name: 'x', trigger: { kind: 'job' }, steps })
  await api.call(`POST /app/${uid}/flow/${flow_id}/publish`)
  const run_id = await post(`/${uid}/run?wait=10`, { flow: flow_id })
  await api.call(`PUT /app/${uid}/secret/${uid}-secret`, { body: { value: 'a-secret-value' } })
  await api.call(`PUT /app/${uid}/connection/${uid}-erp`, { body: { baseUrl: 'http://127.0.0.1:8080', auth: { kind: 'none' } } })
  const event_id = `${uid}-event`
  await post(`/${uid}/msg`, { eventType: 'nobody.wants', eventId: event_id, payload: {} })
  const member = await api.call('POST /member', { body: { email: `${uid}@example.com`, role: 'viewer' } })
  return {
    member_id: String(member.body['id']),
    trail_id: run_id,
    ...{
      app_id,
      endpoint_id,
      listener_id,
      flow_id,
      run_id,
      version: '1',
      secret_name: `${uid}-secret`,
      connection_name: `${uid}-erp`,
      template_name: 'relay',
    },
    msg_id: await first('msg?event_types=test.ping'),
    attempt_id: await first(`attempt/endpoint/${endpoint_id}`),
    delivery_id: await first('delivery'),
    ...(await receive(api, app_id, listener_id)),
    view_id: await post(`/${uid}/view`, { list: 'runs', name: 'Mine', search: { status: 'ko' }, shared: true }),
    replay_id: await post(`/${uid}/replay`, { filter: { endpointId: endpoint_id } }),
  }
}

/** A request with a file, as `ingest` puts them there. */
async function receive(api: TestApi, application: string, listener: string): Promise<{ request_id: string; entry_id: string }> {
  const { id: owner, version } = (await api.deps.config.application(application))!
  const id = api.deps.ids.make('req')
  const request = {
    ...{ id, application_id: owner, listener_id: listener, status: 'accepted' as const, reason: null, detail: null, method: 'POST' },
    ...{
      path: `/in/${application}/x`,
      query: '',
      headers: '[]',
      ip: '192.0.2.7',
      content_type: null,
      event_type: null,
      dedup_key: null,
      run_ids: '[]',
    },
    ...{
      reply_status: 202,
      took_ms: null,
      received_at: Date.now(),
      body_bytes: 2,
      form: null,
      verified: null,
      origin: null,
      body: Buffer.from('{}'),
    },
  }
  const file = await writtenEntry(api, 'a,b', { application_id: owner, listener_id: listener, request_id: id })
  await api.deps.committer.accept({ application: { id: owner, version }, dedups: [], request, runs: [], messages: [], entries: [file] })
  await api.deps.store.files.keep([file.id])
  return { request_id: id, entry_id: file.id }
}
