import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
let count = 0
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.stop())

const url = 'https://example.com/hook'

/** A plan of its own, and an application that has it. */
async function planned(fields: object = {}) {
  const [plan, app] = [`plan-${++count}`, `app-${count}`]
  const made = await api.call('POST /plan', { body: { name: plan, ...fields } })
  expect(made.status).toBe(201)
  expect((await api.call('POST /app', { body: { name: app, uid: app, plan } })).status).toBe(201)
  return { plan, app, made: made.body }
}

async function postgresApi() {
  const { url: databaseUrl, drop } = await freshDatabase()
  const made = await startTestApi({}, { databaseUrl })
  return {
    api: made,
    async [Symbol.asyncDispose]() {
      await made.stop()
      await drop()
    },
  }
}

const errorsOf = (answer: { body: Record<string, unknown> }) => answer.body['errors'] as { pointer: string; message: string }[]

test('R84: three plans come with Posthorn: they are listed, and can be neither changed nor deleted', async () => {
  const { body } = await api.call('GET /plan')
  expect(body['data']).toMatchObject([
    { name: 'basic', builtIn: true, endpointsMax: 2, deliveriesPerHour: 100, retriesMax: 5, timeoutMsMax: 10_000, defaultSigning: 'hex' },
    { name: 'pro', builtIn: true, endpointsMax: 50, deliveriesPerHour: 5000, retriesMax: 5, timeoutMsMax: 10_000 },
    { name: 'unlimited', builtIn: true, endpointsMax: null, deliveriesPerHour: null, retriesMax: null, timeoutMsMax: null },
  ])
  for (const call of ['PUT /plan/basic', 'PATCH /plan/pro', 'DELETE /plan/unlimited']) {
    const refused = await api.call(call, call.startsWith('DELETE') ? {} : { body: { endpointsMax: 3 } })
    expect([refused.status, refused.body['code']]).toEqual([409, 'plan_fixed'])
  }
  expect((await api.call('GET /plan/basic')).body).toMatchObject({ endpointsMax: 2 })
  expect((await api.call('POST /plan', { body: { name: 'basic' } })).status).toBe(409)
})

test('an operator adds plans, reads, changes and deletes them, and the audit log has it', async () => {
  const made = await api.call('POST /plan', { body: { name: 'gold', endpointsMax: 9, deliveriesPerHour: 70, defaultRetryPolicy: 'step' } })
  expect(made.status).toBe(201)
  const gold = { name: 'gold', builtIn: false, endpointsMax: 9, deliveriesPerHour: 70, retriesMax: null, timeoutMsMax: null }
  expect(made.body).toMatchObject({ ...gold, defaultSigning: 'standard', defaultRetryPolicy: 'step' })
  expect((await api.call('GET /plan/gold')).body).toEqual(made.body)
  const patched = await api.call('PATCH /plan/gold', {
    body: { timeoutMsMax: 5000, endpointsMax: null, defaultRetryPolicy: { waitsSeconds: [5] } },
  })
  expect(patched.body).toMatchObject({
    ...gold,
    endpointsMax: null,
    timeoutMsMax: 5000,
    defaultRetryPolicy: { waitsSeconds: [5], jitter: 0 },
  })
  const replaced = await api.call('PUT /plan/gold', { body: { retriesMax: 0, defaultSigning: 'svix' } })
  expect(replaced.status).toBe(200)
  expect(replaced.body).toMatchObject({ ...gold, endpointsMax: null, deliveriesPerHour: null, retriesMax: 0, defaultSigning: 'svix' })
  expect((await api.call('PUT /plan/silver', { body: {} })).status).toBe(201)
  expect((await api.call('DELETE /plan/gold')).status).toBe(204)
  expect((await api.call('GET /plan/gold')).status).toBe(404)
  expect((await api.call('PATCH /plan/gold', { body: {} })).status).toBe(404)
  const { body } = await api.call('GET /audit?limit=250')
  const said = (body['data'] as unknown as { action: string; target: string }[])
    .filter(({ target }) => target === 'gold')
    .map(({ action }) => action)
  expect(said).toEqual(['plan.deleted', 'plan.updated', 'plan.updated', 'plan.created'])
})

test.each([
  [{ name: 'a b' }, '/name'],
  [{ name: '' }, '/name'],
  [{ name: 'x'.repeat(65) }, '/name'],
  [{}, '/name'],
  [{ name: 'n', endpointsMax: 0 }, '/endpointsMax'],
  [{ name: 'n', deliveriesPerHour: 0 }, '/deliveriesPerHour'],
  [{ name: 'n', deliveriesPerHour: 1.5 }, '/deliveriesPerHour'],
  [{ name: 'n', deliveriesPerHour: '100' }, '/deliveriesPerHour'],
  [{ name: 'n', retriesMax: -1 }, '/retriesMax'],
  [{ name: 'n', timeoutMsMax: 60_001 }, '/timeoutMsMax'],
  [{ name: 'n', timeoutMsMax: 99 }, '/timeoutMsMax'],
  [{ name: 'n', defaultSigning: 'md5' }, '/defaultSigning'],
  [{ name: 'n', defaultRetryPolicy: 'never' }, '/defaultRetryPolicy'],
  [{ name: 'n', defaultRetryPolicy: { waitsSeconds: [0] } }, '/defaultRetryPolicy/waitsSeconds/0'],
])('refuses %j and names the field', async (body, pointer) => {
  const refused = await api.call('POST /plan', { body })
  expect(refused.status).toBe(422)
  expect(errorsOf(refused).map((error) => error.pointer)).toEqual([pointer])
  expect(errorsOf(refused)[0]!.message).toMatch(/\.$/)
})

test('PUT refuses a name that cannot be one', async () => {
  expect((await api.call('PUT /plan/a%20b', { body: {} })).status).toBe(422)
})

test('an application names a plan that there is, or hears which there are', async () => {
  for (const call of ['POST /app', 'PUT /app/nobody']) {
    const refused = await api.call(call, { body: { name: 'x', plan: 'platinum' } })
    expect(refused.status).toBe(422)
    expect(errorsOf(refused)).toMatchObject([{ pointer: '/plan', message: expect.stringContaining('basic') }])
    expect(errorsOf(refused)[0]!.message).toContain('PUT /api/v1/plan/platinum')
  }
})

test('R84: a plan that applications have stays; without them it goes', async () => {
  const { plan, app } = await planned()
  const refused = await api.call(`DELETE /plan/${plan}`)
  expect(refused.status).toBe(409)
  expect(refused.body).toMatchObject({
    code: 'plan_in_use',
    detail: `Applications have the plan ${plan}: ${app}. Give them another one first.`,
  })
  await api.call(`PATCH /app/${app}`, { body: { plan: 'pro' } })
  expect((await api.call(`DELETE /plan/${plan}`)).status).toBe(204)
})

test.each(['SQLite', 'PostgreSQL'])(
  'on %s, of deleting a plan and giving it to an application at the same time one is refused',
  async (engine) => {
    await using database = engine === 'SQLite' ? undefined : await postgresApi()
    const { call } = database?.api ?? api
    for (let round = 0; round < 10; round++) {
      const plan = `race-${round}`
      await call('POST /plan', { body: { name: plan } })
      await call('POST /app', { body: { name: plan, uid: plan } })
      const [given, deleted] = await Promise.all([
        call(`PATCH /app/${plan}`, { body: { plan } }),
        call(`DELETE /plan/${plan}`),
        call('POST /app', { body: { name: plan, plan } }),
      ])
      const there = (await call(`GET /plan/${plan}`)).status === 200
      expect(deleted.status).toBe(there ? 409 : 204)
      if (given.status === 200) expect(there).toBe(true)
      expect((await call(`GET /app/${plan}`)).status).toBe(200)
      expect((await call(`POST /app/${plan}/endpoint`, { body: { url } })).status).toBe(201)
    }
  },
)

test('R84: a lower limit leaves what exists and refuses more; a higher one allows it at once', async () => {
  const { plan, app } = await planned({ endpointsMax: 3 })
  const create = () => api.call(`POST /app/${app}/endpoint`, { body: { url } })
  const made = [await create(), await create(), await create()]
  expect(made.map(({ status }) => status)).toEqual([201, 201, 201])
  await api.call(`PATCH /plan/${plan}`, { body: { endpointsMax: 1 } })
  const refused = await create()
  expect(refused.body).toMatchObject({
    code: 'limit_reached',
    detail: `The plan ${plan} allows 1 endpoint, and this application has 3. Delete one, or give it another plan.`,
  })
  const id = String(made[2]!.body['id'])
  expect((await api.call(`PATCH /app/${app}/endpoint/${id}`, { body: { description: 'still here' } })).status).toBe(200)
  await api.call(`PATCH /plan/${plan}`, { body: { endpointsMax: 4 } })
  expect((await create()).status).toBe(201)
})

test('R87: the deadline of new endpoints is bounded by a plan of one’s own, and by the program where it says nothing', async () => {
  const { plan, app } = await planned({ timeoutMsMax: 2000 })
  const create = (timeoutMs: number) => api.call(`POST /app/${app}/endpoint`, { body: { url, timeoutMs } })
  expect(errorsOf(await create(2001))).toMatchObject([{ pointer: '/timeoutMs', message: `The plan ${plan} allows at most 2000 ms.` }])
  expect((await create(2000)).status).toBe(201)
  await api.call(`PATCH /plan/${plan}`, { body: { timeoutMsMax: null } })
  expect((await create(60_000)).status).toBe(201)
})

test('an application’s defaults are for endpoints that say nothing: read back, kept by PUT, and null goes back to the plan’s', async () => {
  const { plan, app } = await planned({ defaultSigning: 'hex', defaultRetryPolicy: 'invoice' })
  expect((await api.call(`GET /app/${app}`)).body).toMatchObject({ plan, defaultSigning: null, defaultRetryPolicy: null })
  const signing = async () => (await api.call(`POST /app/${app}/endpoint`, { body: { url } })).body['signing']
  expect(await signing()).toBe('hex')
  const defaults = { defaultSigning: 'svix', defaultRetryPolicy: { waitsSeconds: [1, 2], jitter: 0.5 } }
  expect((await api.call(`PATCH /app/${app}`, { body: defaults })).body).toMatchObject(defaults)
  expect(await signing()).toBe('svix')
  expect((await api.call(`PUT /app/${app}`, { body: { name: 'n' } })).body).toMatchObject({ ...defaults, plan })
  expect((await api.call(`PATCH /app/${app}`, { body: { defaultSigning: null } })).body).toMatchObject({
    defaultSigning: null,
    defaultRetryPolicy: defaults.defaultRetryPolicy,
  })
  expect(await signing()).toBe('hex')
  const made = await api.call('POST /app', { body: { name: 'm', uid: `${app}-2`, defaultSigning: 'hex', defaultRetryPolicy: 'step' } })
  expect(made.body).toMatchObject({ plan: 'unlimited', defaultSigning: 'hex', defaultRetryPolicy: 'step' })
  const refused = await api.call(`PATCH /app/${app}`, { body: { defaultSigning: 'md5', defaultRetryPolicy: 'never' } })
  expect(errorsOf(refused).map((error) => error.pointer)).toEqual(['/defaultSigning', '/defaultRetryPolicy'])
})
