import { openApiDocument, operations, type Operation } from '@posthorn/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callers, startAccessWorld, type AccessWorld, type Caller, type Ids } from '../../../../test/support/access-world.ts'
import { isOfPortal } from './portal/of-portal.ts'
import type { TestAnswer } from '../../../../test/support/test-api.ts'

/** Who may do what, and who sees what: every operation of the description by every kind of caller, so that a new one cannot be forgotten. */

const byId = new Map(operations.map((operation) => [operation.id, operation]))
const described = Object.entries(openApiDocument().paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]): [string, Operation] => {
    const operation = byId.get(operationId)
    if (operation?.path !== path || operation.method.toLowerCase() !== method) throw new Error(`${operationId} is described otherwise`)
    return [operationId, operation]
  }),
)

/** A path with these ids in it, below the base of the tests' calls. */
const filled = ({ path }: Operation, ids: Ids) => `/${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'nothing')}`

// ---- what each kind of key may do

const LET_IN = 'let in'
const NO_KEY: readonly Caller[] = ['none', 'mistyped', 'unknown', 'expired', 'revoked']
const READERS: readonly Caller[] = ['organisationReader', 'ownReader', 'portalReader']

/** What the scope and the access of an operation say, and nothing else. */
function expected(operation: Operation, caller: Caller): typeof LET_IN | 401 | 403 | 404 {
  const { id, scope, access, role } = operation
  if (scope === 'public') return LET_IN
  if (NO_KEY.includes(caller)) return 401
  const isOrganisation = caller === 'organisation' || caller === 'organisationReader'
  // Keys of the organisation do not log out: they are revoked.
  if (id === 'v1.authentication.logout' && isOrganisation) return 403
  // Keys have no session to end.
  if (id === 'v1.session.delete') return 403
  if (scope === 'organisation' && !isOrganisation) return 403
  if (scope === 'application' && caller === 'other') return 404
  if (caller === 'portalReader' && !isOfPortal(operation)) return 403
  if (role === 'owner' && caller !== 'organisation') return 403
  return access === 'write' && READERS.includes(caller) ? 403 : LET_IN
}

describe('every operation', () => {
  let world: AccessWorld
  /** Keys that no call uses up. */
  const keys = new Map<Caller, string | null>()
  beforeAll(async () => {
    world = await startAccessWorld('sqlite')
    for (const caller of callers) keys.set(caller, await world.key(caller))
  })
  afterAll(() => world.stop())

  test.each(described)('%s lets in whom its scope and access say, and nobody else', async (id, operation) => {
    for (const caller of callers) {
      const key = id === 'v1.authentication.logout' ? await world.key(caller) : keys.get(caller)!
      const { method, scope, body } = operation
      // With ids that name nothing but the application that keys are of, so that a call which is let in changes nothing.
      const path = filled(operation, scope === 'application' ? { app_id: 'own' } : {})
      const call = async (as: string) => world.api.call(`${as} ${path}`, { key, ...(body && { body: {} }) })
      const { status, headers } = await call(method)
      const wanted = expected(operation, caller)
      const said = wanted === LET_IN ? status !== 401 && status !== 403 && status < 500 : status === wanted
      expect(said, `${caller}: ${status}, where it is ${wanted}`).toBe(true)
      expect(headers.get('www-authenticate'), caller).toBe(status === 401 ? 'Bearer' : null)
      if (method === 'GET') expect((await call('HEAD')).status, `${caller}, HEAD`).toBe(status)
    }
  })

  test('that is not described is for reading, and needs no key', async () => {
    for (const path of ['/openapi.json', '/docs']) {
      expect((await world.api.call(`GET /${path}`, { key: null })).status).toBe(200)
      expect((await world.api.call(`POST /${path}`, { key: null })).status).toBe(405)
    }
  })

  test('says nothing about whose key was refused', async () => {
    const said = async (caller: Caller) => {
      const { requestId: _, ...body } = (await world.api.call('GET /app', { key: keys.get(caller)! })).body
      return body
    }
    const none = await said('none')
    expect(none).toMatchObject({ code: 'authentication_failed', status: 401 })
    for (const caller of NO_KEY) expect(await said(caller)).toEqual(none)
  })
})

// ---- what belongs to another application

/** A body with which the call would do something, if only it found what the path names. */
const bodies: Readonly<Record<string, (ids: Ids) => object>> = {
  'v1.endpoint.update': () => ({ url: 'http://127.0.0.1:8080/' }),
  'v1.endpoint.send-example': () => ({ eventType: 'svix.ping' }),
  'v1.endpoint.recover': () => ({ since: '2020-01-01T00:00:00Z' }),
  'v1.endpoint.replay-missing': () => ({ since: '2020-01-01T00:00:00Z' }),
  'v1.endpoint.update-headers': () => ({ headers: {} }),
  'v1.endpoint.patch-headers': () => ({ headers: {} }),
  'v1.listener.update': () => ({ name: 'y', suffix: '/y', auth: { kind: 'none' } }),
  'v1.secret.put': () => ({ value: 'another-secret-value' }),
  'v1.connection.put': () => ({ baseUrl: 'http://127.0.0.1:8080/v2', auth: { kind: 'none' } }),
  'v1.entry.update': () => ({ document: {} }),
  'v1.run.again-many': () => ({ filter: { status: 'ko' } }),
}

/** Calls whose body names objects of the application: what they answer for another's must be what they answer for none. */
const naming: Readonly<Record<string, (ids: Ids) => object>> = {
  'v1.filter.test': ({ msg_id }) => ({ filter: {}, messageId: msg_id }),
  'v1.transformation.test': ({ msg_id }) => ({ expression: '$', messageId: msg_id }),
  'v1.flow.create': ({ listener_id }) => ({ name: 'y', trigger: { kind: 'webhook', listener: listener_id }, steps: [] }),
  'v1.flow.update': ({ listener_id }) => ({ name: 'y', trigger: { kind: 'webhook', listener: listener_id }, steps: [] }),
  'v1.flow.test': ({ request_id }) => ({ request: request_id }),
  'v1.mapping.test': ({ listener_id, request_id }) => ({ template: 1, listener: listener_id, requests: [{ request: request_id }] }),
  'v1.request.replay-all': ({ listener_id, flow_id }) => ({ filter: { listenerId: listener_id }, flow: flow_id, dryRun: true }),
  'v1.listener.verify': ({ request_id }) => ({ request: request_id }),
  'v1.listener.capture': ({ request_id }) => ({ request: request_id }),
  'v1.request.replay': ({ flow_id }) => ({ flow: flow_id }),
  'v1.run.create': ({ flow_id }) => ({ flow: flow_id }),
  'v1.delivery.cancel-many': ({ delivery_id }) => ({ deliveryIds: [delivery_id] }),
  'v1.run.cancel-many': ({ run_id }) => ({ runIds: [run_id] }),
}

/** Fields of bodies that name something which is there already. */
const NAMES = /^(app|application|delivery|endpoint|entry|flow|listener|message|msg|request|run)(_?ids?)?$/i
/** A new application that comes along. */
const NO_NAMES: readonly string[] = [
  'v1.message.create application',
  'v1.authentication.app-portal-access application',
  'v1.message.create-batch application',
]

function namesIn(operation: Operation): string[] {
  const body = operation.documentedBody ?? operation.body
  const shape = (body as { shape?: Record<string, unknown> } | undefined)?.shape ?? {}
  return Object.keys(shape).filter((field) => NAMES.test(field) && !NO_NAMES.includes(`${operation.id} ${field}`))
}

/** An id of the same form that names nothing. */
function unknownLike(id: string): string {
  const last = id.at(-1) === 'A' ? 'B' : 'A'
  return id.slice(0, -1) + last
}

/** What an answer says, without what is another at each call and without the id that was asked for. */
function said({ status, text }: TestAnswer, asked: string): string {
  const plain = text
    .replaceAll(asked, '<asked>')
    .replaceAll(/"(requestId|revision)":"[\w-]+"|"durationMs":[\d.]+/g, '')
    .replaceAll(/\b[a-z]+_[0-9A-Za-z]{22}\b/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
  return `${status} ${plain}`
}

/** Places of the path that hold a name of the caller's own choice. */
const NAMED: ReadonlySet<string> = new Set(['secret_name', 'connection_name'])

const scoped = described.filter(([, { scope }]) => scope === 'application')

describe.each(['sqlite', 'postgres'] as const)('on %s, what belongs to another application', (engine) => {
  let world: AccessWorld
  let before = ''
  const keys: string[] = []
  beforeAll(async () => {
    world = await startAccessWorld(engine)
    keys.push((await world.key('own'))!, world.api.key)
    before = await world.otherAsKept()
  })
  afterAll(async () => {
    // Nothing of all this reached it.
    expect(await world.otherAsKept()).toBe(before)
    await world.stop()
  })

  const bodyOf = ({ id, body }: Operation, ids: Ids) => {
    if (!body) return {}
    const given = (bodies[id] ?? naming[id])?.(ids) ?? {}
    expect(body.safeParse(given).success, `${id} needs a body here with which it would do something`).toBe(true)
    return { body: given }
  }

  /** What is answered of the other's and of none, which must be the same. */
  const answersOfBoth = async (
    call: (asked: string) => Promise<TestAnswer>,
    { foreign, unknown }: { foreign: string; unknown: string },
  ) => ({
    foreign: said(await call(foreign), foreign),
    unknown: said(await call(unknown), unknown),
  })

  const withIds = scoped.filter(([, { path }]) => /\{(?!app_id)\w+\}/.test(path))
  test.each(withIds)('%s answers for its ids as for ids of nothing, in every place of the path', async (_id, operation) => {
    const places = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).filter((name) => name !== 'app_id')
    for (const place of places) {
      expect(world.own[place], `the test has no {${place}}: make one in access-world.ts`).toBeDefined()
      // The number of a version and the name of a secret are the same everywhere; a flow that is another's stands for its versions. A
      // template is nobody's.
      if (place === 'version' || place === 'template_name') continue
      const foreign = world.other[place]!
      const unknown = NAMED.has(place) ? 'no-such-name' : unknownLike(foreign)
      for (const key of keys) {
        const call = async (asked: string) => {
          const ids = { ...world.own, [place]: asked }
          return world.api.call(`${operation.method} ${filled(operation, ids)}`, { key, ...bodyOf(operation, ids) })
        }
        if (operation.id === 'v1.secret.put' || operation.id === 'v1.connection.put') {
          // Under a name that only another application has, it is a new one, as under a name that nobody has.
          expect((await call(foreign)).status).toBe((await call(unknown)).status)
          for (const name of [foreign, unknown]) await world.api.call(`DELETE /app/own/${operation.noun}/${name}`)
        } else {
          const both = await answersOfBoth(call, { foreign, unknown })
          expect(both.foreign).toBe(both.unknown)
          expect(both.foreign).toMatch(/^404 .*"code":"not_found"/)
        }
      }
    }
  })

  test.each(scoped)('%s answers for the application as for one that is not there', async (_id, operation) => {
    const { id, uid } = { id: world.other['app_id']!, uid: 'other' }
    for (const [foreign, unknown] of [
      [id, unknownLike(id)],
      [uid, 'nowhere'],
    ] as const) {
      const call = async (asked: string) => {
        const ids = { ...world.other, app_id: asked }
        return world.api.call(`${operation.method} ${filled(operation, ids)}`, { key: keys[0]!, ...(operation.body && { body: {} }) })
      }
      const both = await answersOfBoth(call, { foreign, unknown })
      expect(both.foreign).toBe(both.unknown)
      expect(both.foreign).toMatch(/^404 .*"code":"not_found"/)
    }
  })

  const lists = scoped.filter(([, { query }]) => query !== undefined && 'iterator' in query.shape)
  test.each(lists)('%s pages from its ids as from ids of nothing, and lists none of it', async (_id, operation) => {
    for (const foreign of Object.values(world.other).filter((id) => /^[a-z]+_/.test(id))) {
      for (const sign of ['', '-']) {
        const page = async (asked: string) =>
          world.api.call(`${operation.method} ${filled(operation, world.own)}?limit=2&iterator=${sign}${asked}`, { key: keys[0]! })
        const both = await answersOfBoth(page, { foreign, unknown: unknownLike(foreign) })
        expect(both.foreign).toBe(both.unknown)
        const { text } = await page(foreign)
        for (const id of Object.values(world.other)) if (id !== foreign && id !== '1') expect(text).not.toContain(id)
      }
    }
  })

  const filters = scoped.flatMap(([id, operation]) =>
    Object.keys(operation.query?.shape ?? {})
      .filter((name) => NAMES.test(name))
      .map((name) => [`${id} ?${name}=`, operation, name] as const),
  )
  test.each(filters)('%s filters by its ids as by ids of nothing', async (_title, operation, name) => {
    const kind = { flow: 'flow_id', listener: 'listener_id', message_id: 'msg_id' }[name] ?? name
    const foreign = world.other[kind]!
    const call = async (asked: string) =>
      world.api.call(`${operation.method} ${filled(operation, world.own)}?${name}=${asked}`, { key: keys[0]! })
    const both = await answersOfBoth(call, { foreign, unknown: unknownLike(foreign) })
    expect(both.foreign).toBe(both.unknown)
  })

  const named = scoped.filter(([id, operation]) => namesIn(operation).length > 0 || naming[id] !== undefined)
  test.each(named)('%s takes its ids in a body for ids of nothing', async (id, operation) => {
    const make = naming[id]
    if (make === undefined) throw new Error(`The body names ${namesIn(operation).join(', ')}: say in "naming" how.`)
    for (const [place, foreign] of Object.entries(world.other)) {
      if (JSON.stringify(make(world.own)) === JSON.stringify(make({ ...world.own, [place]: 'x' }))) continue
      const call = async (asked: string) =>
        world.api.call(`${operation.method} ${filled(operation, world.own)}`, {
          key: keys[0]!,
          body: make({ ...world.own, [place]: asked }),
        })
      const both = await answersOfBoth(call, { foreign, unknown: unknownLike(foreign) })
      expect(both.foreign).toBe(both.unknown)
    }
  })
})
