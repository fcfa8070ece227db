import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tablesOf } from '#store/testing'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type TestAnswer, type TestApi } from '../../../../../test/support/test-api.ts'

const QUOTA = { entries: 8, bytes: 20_000 }
const nothing = { requests: null, runs: null, messages: null, deliveries: null, entries: null, audit: null }

describe.each(['sqlite', 'postgres'] as const)('what a silo may hold on %s', (engine) => {
  let api: TestApi
  let database: Awaited<ReturnType<typeof freshDatabase>> | undefined
  beforeAll(async () => {
    database = engine === 'postgres' ? await freshDatabase() : undefined
    api = await startTestApi({}, { siloQuota: QUOTA, ...(database && { databaseUrl: database.url }) })
  })
  afterAll(async () => {
    await api.stop()
    await database?.drop()
  })

  async function application(uid: string): Promise<string> {
    return String((await api.call('POST /app', { body: { uid, name: uid } })).body['id'])
  }
  const make = (app: string, body: object) => api.call(`POST /app/${app}/entry`, { body })
  const text = (characters: number) => 'x'.repeat(characters - 2)
  const usage = (app: string) => api.deps.store.queries.silo.usage(app)
  const idsOf = async (app: string) =>
    ((await api.call(`GET /app/${app}/entry?kind=silo&limit=50`)).body['data'] as unknown as { id: string }[]).map(({ id }) => id)

  /** What is counted is what is there. */
  async function countsAreTrue(app: string): Promise<void> {
    const db = tablesOf(api.deps.store)
    const rows = await db
      .selectFrom('silo_version')
      .innerJoin('silo_entry', 'silo_entry.id', 'silo_version.entry_id')
      .select(['silo_entry.id', 'silo_version.bytes'])
      .where('application_id', '=', app)
      .execute()
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0)
    expect(await usage(app)).toMatchObject({ entries: new Set(rows.map(({ id }) => id)).size, bytes })
  }

  function statuses(answers: readonly TestAnswer[]): Record<number, number> {
    const counted: Record<number, number> = {}
    for (const { status } of answers) counted[status] = (counted[status] ?? 0) + 1
    return counted
  }

  test('so many entries, whoever writes at the same time; what goes makes room', async () => {
    const app = await application('entries')
    expect(statuses(await Promise.all(Array.from({ length: 20 }, (_, n) => make(app, { key: `k${n}`, document: n }))))).toEqual({
      201: 8,
      507: 12,
    })
    const full = await make(app, { document: 1 })
    expect([full.status, full.body['code'], full.body['detail']]).toEqual([
      507,
      'silo_full',
      'The silo of this application has 8 entries, and 8 is the most (POSTHORN_SILO_ENTRIES_MAX). Delete entries, or give them keepDays, so that they go by themselves.',
    ])
    // What is there is replaced all the same.
    const [first, second] = await idsOf(app)
    expect((await api.call(`PUT /app/${app}/entry/${first!}`, { body: { document: 2 }, headers: { 'if-match': '*' } })).status).toBe(200)
    const gone = await Promise.all([1, 2].map(() => api.call(`DELETE /app/${app}/entry/${second!}`)))
    expect(gone.filter(({ status }) => status === 204)).toHaveLength(1)
    expect((await make(app, { document: 1 })).status).toBe(201)
    expect((await make(app, { document: 1 })).status).toBe(507)
    await countsAreTrue(app)
  })

  test('so many bytes, older versions counted while they are kept', async () => {
    const app = await application('bytes')
    expect((await make(app, { document: text(20_001) })).body['code']).toBe('silo_full')
    const made = await Promise.all(Array.from({ length: 6 }, (_, n) => make(app, { key: `k${n}`, document: text(6000) })))
    expect(statuses(made)).toEqual({ 201: 3, 507: 3 })
    const [id] = await idsOf(app)
    const replace = (characters: number) =>
      api.call(`PUT /app/${app}/entry/${id!}`, { body: { document: text(characters) }, headers: { 'if-match': '*' } })
    expect((await replace(2000)).status).toBe(200)
    const full = await replace(100)
    expect(full.body['detail']).toBe(
      'The silo of this application takes 20000 bytes with all versions, this needs 100 more, and 20000 is the most (POSTHORN_SILO_BYTES_MAX). Delete entries, or give them keepDays, so that they go by themselves.',
    )
    await countsAreTrue(app)
  })

  test('a save of a flow beyond it is KO with the reason; older versions that go make room', async () => {
    const app = await application('flows')
    const save = { id: 'keep', kind: 'save_entry', key: '{{ body.key }}', document: '{{ body.text }}' }
    const flow = { uid: 'save', name: 'Save', trigger: { kind: 'job' }, steps: [save] }
    await api.call(`POST /app/${app}/flow`, { body: flow })
    await api.call(`POST /app/${app}/flow/save/publish`)
    const saved = async (key: string, characters: number) =>
      (await api.call(`POST /app/${app}/run?wait=20`, { body: { flow: 'save', document: { key, text: text(characters) } } })).body
    // Twenty versions are kept, so the silo is full of them; each further one lets the oldest go.
    for (let n = 0; n < 22; n++) expect(await saved('a', 1000)).toMatchObject({ status: 'ok' })
    expect(await usage(app)).toMatchObject({ entries: 1, bytes: 20_000 })
    const refused = await saved('b', 100)
    expect(refused).toMatchObject({ status: 'ko', errorCode: 'silo_full' })
    await countsAreTrue(app)
  })

  test('what retention takes away is counted off, in each application', async () => {
    const apps = [await application('kept-a'), await application('kept-b')]
    for (const app of apps) for (const keepDays of [1, 1, 3]) await make(app, { document: text(100), keepDays })
    while ((await api.deps.store.retain({ ...nothing, now: Date.now() + 2 * 86_400_000 }, 3)) > 0);
    for (const app of apps) {
      expect(await usage(app)).toMatchObject({ entries: 1, bytes: 100 })
      await countsAreTrue(app)
    }
  })
})
