import { operations } from '@posthorn/contract'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyDelivery } from '#store'
import { tablesOf } from '#store/testing'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../test/support/recording-receiver.ts'
import { startTestApi, type Json, type TestApi } from '../../../../test/support/test-api.ts'

let api: TestApi
let receiver: RecordingReceiver
let actor = ''
const names: Record<string, string> = {}
beforeAll(async () => {
  api = await startTestApi({}, { deliver: true })
  receiver = await startRecordingReceiver()
  actor = (await tablesOf(api.deps.store).selectFrom('api_key').select('id').executeTakeFirstOrThrow()).id
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  await api.call('POST /app/shop/endpoint', { body: { url: receiver.url, uid: 'sent-to' } })
  await api.call('POST /app/shop/endpoint', { body: { url: receiver.url, uid: 'paused', state: 'paused' } })
  const post = async (text: string) =>
    String((await api.call('POST /app/shop/msg', { body: { eventType: 'a', payload: { text } } })).body['id'])
  names['message'] = await post('hush-payload')
  const further = await post('more of it')
  // One that goes on only tomorrow.
  const { store, ids, clock } = api.deps
  names['replay'] = ids.make('rpl')
  const { application_id } = await tablesOf(store)
    .selectFrom('endpoint')
    .select('application_id')
    .where('uid', '=', 'sent-to')
    .executeTakeFirstOrThrow()
  const row = {
    id: names['replay'],
    application_id,
    kind: 'deliveries',
    filter: JSON.stringify(anyDelivery),
    rate: 1,
    until: ids.make('dlv'),
  }
  const run = { status: 'running' as const, rev: 0, place: '', next_at: clock.now() + 86_400_000, matched: 0, queued: 0, skipped: 0 }
  const times = { created_at: 1, updated_at: 1, finished_at: null, failure: null }
  const query = tablesOf(store)
    .insertInto('replay')
    .values({ ...row, ...run, ...times })
    .compile()
  await store.mutate({ statements: [{ query, rows: 1 }], application: null, audit: [] })
  for (;;) {
    const deliveries = (await api.call(`GET /app/shop/delivery?message_id=${names['message']}`)).body['data'] as unknown as readonly Json[]
    names['held'] = String(deliveries.find(({ status }) => String(status) === 'held')?.['id'])
    names['delivered'] = String(deliveries.find(({ status }) => String(status) === 'delivered')?.['id'])
    const tried = (await api.call(`GET /app/shop/attempt/msg/${names['message']}`)).body['data'] as unknown as readonly Json[]
    names['attempt'] = String(tried[0]?.['id'])
    const held = (await api.call(`GET /app/shop/delivery?message_id=${further}&status=held`)).body['data'] as unknown as readonly Json[]
    names['held_too'] = String(held[0]?.['id'])
    if (!['delivered', 'attempt', 'held_too'].some((name) => names[name] === 'undefined')) break
    await wait(20)
  }
})
afterAll(async () => {
  await api.stop()
  await receiver[Symbol.asyncDispose]()
})

interface Case {
  readonly operation: string
  readonly path: string
  readonly body?: object
  readonly action: string
  /** What the row says it was about; by default the id in the answer. */
  readonly target?: string
  readonly before?: object | null
  readonly after?: object | null
}

const url = 'https://example.com/hook'
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const headers = { Authorization: 'Bearer hush-header' }

/** In the order in which they can be made. */
const cases: readonly Case[] = [
  {
    operation: 'v1.application.create',
    path: '/app',
    body: { name: 'A', uid: 'audited' },
    action: 'application.created',
    before: null,
    after: { uid: 'audited' },
  },
  {
    operation: 'v1.application.update',
    path: '/app/audited',
    body: { name: 'B' },
    action: 'application.updated',
    before: { name: 'A' },
    after: { name: 'B' },
  },
  {
    operation: 'patch_application',
    path: '/app/audited',
    body: { name: 'C' },
    action: 'application.updated',
    before: { name: 'B' },
    after: { name: 'C' },
  },
  {
    operation: 'v1.application.delete',
    path: '/app/audited',
    action: 'application.deleted',
    target: 'app_',
    before: { name: 'C' },
    after: null,
  },
  {
    operation: 'v1.plan.create',
    path: '/plan',
    body: { name: 'gold', endpointsMax: 3 },
    action: 'plan.created',
    target: 'gold',
    before: null,
    after: { endpointsMax: 3 },
  },
  {
    operation: 'v1.plan.update',
    path: '/plan/gold',
    body: { endpointsMax: 4 },
    action: 'plan.updated',
    target: 'gold',
    before: { endpointsMax: 3 },
    after: { endpointsMax: 4 },
  },
  {
    operation: 'v1.plan.patch',
    path: '/plan/gold',
    body: { deliveriesPerHour: 5 },
    action: 'plan.updated',
    target: 'gold',
    before: { deliveriesPerHour: null },
    after: { endpointsMax: 4, deliveriesPerHour: 5 },
  },
  {
    operation: 'v1.plan.delete',
    path: '/plan/gold',
    action: 'plan.deleted',
    target: 'gold',
    before: { endpointsMax: 4 },
    after: null,
  },
  {
    operation: 'v1.event-type.create',
    path: '/event-type',
    body: { name: 'x.y', description: 'A' },
    action: 'event_type.created',
    target: 'x.y',
    before: null,
    after: { description: 'A' },
  },
  {
    operation: 'v1.event-type.update',
    path: '/event-type/x.y',
    body: { description: 'B' },
    action: 'event_type.updated',
    target: 'x.y',
    before: { description: 'A' },
    after: { description: 'B' },
  },
  {
    operation: 'patch_event_type',
    path: '/event-type/x.y',
    body: { deprecated: true },
    action: 'event_type.updated',
    target: 'x.y',
    before: { deprecated: false },
    after: { deprecated: true },
  },
  {
    operation: 'v1.event-type.delete',
    path: '/event-type/x.y',
    action: 'event_type.archived',
    target: 'x.y',
    before: { archived: false },
    after: { archived: true },
  },
  {
    operation: 'v1.event-type.delete',
    path: '/event-type/x.y?expunge=true',
    action: 'event_type.deleted',
    target: 'x.y',
    before: { archived: true },
    after: null,
  },
  {
    operation: 'v1.endpoint.create',
    path: '/app/shop/endpoint',
    body: { url, uid: 'audited', secret, headers },
    action: 'endpoint.created',
    before: null,
    after: { url, headerNames: ['Authorization'] },
  },
  {
    operation: 'v1.endpoint.update',
    path: '/app/shop/endpoint/audited',
    body: { url: `${url}/2` },
    action: 'endpoint.updated',
    before: { url },
    after: { url: `${url}/2`, headerNames: ['Authorization'] },
  },
  {
    operation: 'patch_endpoint',
    path: '/app/shop/endpoint/audited',
    body: { state: 'paused' },
    action: 'endpoint.updated',
    before: { state: 'active' },
    after: { state: 'paused' },
  },
  {
    operation: 'v1.endpoint.rotate-secret',
    path: '/app/shop/endpoint/audited/secret/rotate?with_secret=true',
    body: { key: secret },
    action: 'endpoint.secret_rotated',
    target: 'ep_',
    before: { secretsSigning: 1 },
    after: { secretsSigning: 2 },
  },
  {
    operation: 'v1.endpoint.update-headers',
    path: '/app/shop/endpoint/audited/headers',
    body: { headers: { 'X-Key': 'hush-header' } },
    action: 'endpoint.headers_changed',
    target: 'ep_',
    before: { headerNames: ['Authorization'] },
    after: { headerNames: ['X-Key'] },
  },
  {
    operation: 'v1.endpoint.patch-headers',
    path: '/app/shop/endpoint/audited/headers',
    body: { headers: { 'X-Key': null } },
    action: 'endpoint.headers_changed',
    target: 'ep_',
    before: { headerNames: ['X-Key'] },
    after: { headerNames: [] },
  },
  {
    operation: 'v1.endpoint.delete',
    path: '/app/shop/endpoint/audited',
    action: 'endpoint.deleted',
    target: 'ep_',
    before: { url: `${url}/2` },
    after: null,
  },
  {
    operation: 'v1.event-type.import',
    path: '/event-type/import',
    body: { eventTypes: [{ name: 'x.imported', description: 'A' }] },
    action: 'event_type.imported',
    target: 'event-types',
    after: { created: ['x.imported'], updated: [] },
  },
  {
    operation: 'v1.endpoint.recover',
    path: '/app/shop/endpoint/sent-to/recover',
    body: { since: '2020-01-01T00:00:00Z' },
    action: 'endpoint.recovered',
    target: 'ep_',
    after: { kind: 'deliveries' },
  },
  {
    operation: 'v1.endpoint.replay-missing',
    path: '/app/shop/endpoint/sent-to/replay-missing',
    body: { since: '2020-01-01T00:00:00Z' },
    action: 'endpoint.missing_replayed',
    target: 'ep_',
    after: { kind: 'missing' },
  },
  {
    operation: 'v1.authentication.app-portal-access',
    path: '/auth/app-portal-access/shop',
    body: { readOnly: true },
    action: 'key.created',
    target: 'key_',
    before: null,
    after: { kind: 'portal', access: 'read' },
  },
  {
    operation: 'v1.authentication.expire-all',
    path: '/auth/app/shop/expire-all',
    body: { sessionIds: ['visit-7'] },
    action: 'portal.expired',
    target: 'app_',
    after: { sessionIds: ['visit-7'] },
  },
  {
    operation: 'v1.replay.create',
    path: '/app/shop/replay',
    body: { filter: { endpointId: 'sent-to' }, ratePerSecond: 7 },
    action: 'replay.created',
    before: null,
    after: { kind: 'deliveries', ratePerSecond: 7 },
  },
  {
    operation: 'v1.replay.cancel',
    path: '/app/shop/replay/{replay}/cancel',
    action: 'replay.cancelled',
    target: '{replay}',
    before: { status: 'running' },
    after: { status: 'cancelled' },
  },
  {
    operation: 'v1.message-attempt.resend',
    path: '/app/shop/msg/{message}/endpoint/sent-to/resend',
    action: 'delivery.resent',
    target: '{delivered}',
    before: { status: 'delivered' },
    after: { status: 'waiting' },
  },
  {
    operation: 'v1.delivery.resend',
    path: '/app/shop/delivery/{delivered}/resend',
    action: 'delivery.resent',
    target: '{delivered}',
    after: { status: 'waiting' },
  },
  {
    operation: 'v1.delivery.cancel',
    path: '/app/shop/delivery/{held}/cancel',
    action: 'delivery.cancelled',
    target: '{held}',
    before: { status: 'held' },
    after: { status: 'cancelled' },
  },
  {
    operation: 'v1.delivery.cancel-many',
    path: '/app/shop/delivery/cancel',
    body: { deliveryIds: ['{held_too}'] },
    action: 'delivery.cancelled_many',
    target: 'app_',
  },
  {
    operation: 'v1.message-attempt.expunge-content',
    path: '/app/shop/msg/{message}/attempt/{attempt}/content',
    action: 'attempt.expunged',
    target: '{attempt}',
    before: { responseBytes: 2 },
    after: { responseBytes: 0 },
  },
  {
    operation: 'v1.message.expunge-content',
    path: '/app/shop/msg/{message}/content',
    action: 'message.expunged',
    target: '{message}',
    before: { payloadBytes: 23 },
    after: { payloadBytes: 0 },
  },
]

/** A message is its own record, an example and a test too, and reading a secret changes nothing. */
const notAudited = [
  'v1.message.create',
  'v1.message.create-batch',
  'v1.message.create-event',
  'v1.endpoint.send-example',
  'v1.endpoint.test',
  'v1.endpoint.get-secret',
]
const nouns = ['application', 'plan', 'event-type', 'endpoint', 'message', 'message-attempt', 'delivery', 'replay', 'authentication']

const rows = async () => tablesOf(api.deps.store).selectFrom('audit').selectAll().orderBy('id').execute()
const filled = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? name)

describe('every change of these nouns', () => {
  test('is in the table below', () => {
    const writing = operations.filter(({ access, noun }) => access === 'write' && nouns.includes(noun)).map(({ id }) => id)
    expect([...new Set([...cases.map(({ operation }) => operation), ...notAudited])].toSorted((a, b) => a.localeCompare(b))).toEqual(
      writing.toSorted((a, b) => a.localeCompare(b)),
    )
  })

  test.each(cases)('$operation leaves one audit row, $action: who, what, before, after, and no secret', async (one) => {
    const { method } = operations.find(({ id }) => id === one.operation)!
    const earlier = await rows()
    const answer = await api.call(
      `${method} ${filled(one.path)}`,
      one.body && { body: JSON.parse(filled(JSON.stringify(one.body))) as object },
    )
    expect(answer.status).toBeLessThan(300)
    const made = (await rows()).slice(earlier.length)
    expect(made).toHaveLength(1)
    const row = made[0]!
    expect(row).toMatchObject({ actor, action: one.action, ip: '127.0.0.1' })
    expect(row.target.startsWith(one.target === undefined ? String(answer.body['id']) : filled(one.target))).toBe(true)
    expect(row.application_id === null).toBe(/^(event_type|plan)\./.test(one.action))
    if (one.before !== undefined) expect(JSON.parse(row.before ?? 'null')).toEqual(one.before && expect.objectContaining(one.before))
    if (one.after !== undefined) expect(JSON.parse(row.after ?? 'null')).toEqual(one.after && expect.objectContaining(one.after))
    for (const text of [secret.slice(6), 'hush-header', 'hush-payload']) expect(JSON.stringify(row)).not.toContain(text)
  })

  test('that is refused leaves none', async () => {
    const earlier = await rows()
    await api.call('POST /app', { body: { name: 'Taken', uid: 'shop' } })
    await api.call('POST /app/shop/endpoint', { body: { url: 'https://10.0.0.1/' } })
    await api.call(`POST /app/shop/delivery/${names['held']}/cancel`)
    await api.call('DELETE /app/none')
    await api.call('POST /app?get_if_exists=true', { body: { name: 'Shop', uid: 'shop' } })
    expect(await rows()).toEqual(earlier)
  })
})
