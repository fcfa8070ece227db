import { afterAll, beforeAll, expect, test } from 'vitest'
import { filtersReady, subscribedEndpoints } from '#coordination'
import type { ApplicationSnapshot, Store } from '#store'
import { longestTurnMs } from '../../../../../test/support/longest-turn.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ payloadBytesMax: 64 * 1024 * 1024 })
  for (const uid of ['filtered', 'plain', 'many']) await api.call('POST /app', { body: { uid, name: uid } })
})
afterAll(async () => api.stop())

/** As large as a filter may be, and it looks at as many values of a payload as one may. */
const largest = (n: number) => ({ $or: Array.from({ length: 750 }, (_, i) => ({ a: { $eq: -i - n } })) })
const endpoint = (n: number, more: object = {}) => ({ url: `http://127.0.0.1:4001/${n}`, disabled: true, filter: largest(n), ...more })

/** As `longestTurnMs`, of a call whose body was written before. */
const turnOf = (path: string, body: string, wanted: object): Promise<number> =>
  longestTurnMs(async () => {
    const answer = await fetch(`${api.url}/api/v1/app/${path}`, { method: 'POST', headers: { authorization: `Bearer ${api.key}` }, body })
    expect(await answer.json()).toMatchObject(wanted)
  })

test('F25: a batch holds the event loop no longer than its messages do one by one', async () => {
  for (let n = 0; n < 10; n++) expect((await api.call('POST /app/filtered/endpoint', { body: endpoint(n) })).status).toBe(201)
  const payload = { a: Array.from({ length: 7000 }, () => 1) }
  const body = JSON.stringify({ messages: Array.from({ length: 256 }, () => ({ eventType: 'a', payload })) })
  // All of them in one turn took a second and a half.
  expect(await turnOf('filtered/msg/batch', body, { accepted: 256 })).toBeLessThan(400)
})

test('F25: a raw payload holds the event loop for a few milliseconds, whatever its megabytes hold', async () => {
  const rawPayload = `{"a":[[]${',[]'.repeat(1_300_000)}]}`
  const body = JSON.stringify({ messages: [{ eventType: 'a', payload: {}, transformationsParams: { rawPayload } }] })
  // To parse it took a quarter of a second.
  expect(await turnOf('plain/msg/batch', body, { accepted: 1 })).toBeLessThan(120)
})

test('a message that meets a changed configuration waits for its filters before the commit, not inside it', async () => {
  for (let n = 0; n < 4; n++) await api.call('POST /app/many/endpoint', { body: endpoint(n) })
  const { store } = api.deps
  const { accept, acceptAnew } = store
  const ready: boolean[] = []
  const changing: Store['accept'] = async (session, operations) => {
    store.accept = accept
    expect((await api.call('POST /app/many/endpoint', { body: endpoint(5) })).status).toBe(201)
    return accept.call(store, session, operations)
  }
  const looking: Store['acceptAnew'] = async (session, operations) => {
    for (const { snapshot } of operations) ready.push(filtersReady(snapshot) === undefined)
    return acceptAnew.call(store, session, operations)
  }
  Object.assign(store, { accept: changing, acceptAnew: looking })
  const { status } = await api.call('POST /app/many/msg', { body: { eventType: 'a', payload: {} } })
  Object.assign(store, { accept, acceptAnew })
  expect([status, ready]).toEqual([202, [true]])
})

test('and where it changes once more before the commit, what did not change is not compiled anew inside it', async () => {
  const { store } = api.deps
  const { accept, acceptAnew } = store
  const before = (await api.deps.config.application('many'))!.endpoints.length
  const compiledOf = (snapshot: ApplicationSnapshot) =>
    new Map(subscribedEndpoints(snapshot).map(({ id, filter }) => [id, filter?.compiled()]))
  const kept: number[] = []
  const changing: Store['accept'] = async (session, operations) => {
    store.accept = accept
    expect((await api.call('POST /app/many/endpoint', { body: endpoint(6) })).status).toBe(201)
    return accept.call(store, session, operations)
  }
  const changingAgain: Store['acceptAnew'] = async (session, operations) => {
    expect((await api.call('POST /app/many/endpoint', { body: endpoint(7) })).status).toBe(201)
    const looked = operations.map((operation) => ({
      ...operation,
      make(current: ApplicationSnapshot | undefined) {
        const made = operation.make(current)
        const prepared = compiledOf(operation.snapshot)
        kept.push([...compiledOf(current!)].filter(([id, filter]) => prepared.get(id) === filter).length)
        return made
      },
    }))
    return acceptAnew.call(store, session, looked)
  }
  Object.assign(store, { accept: changing, acceptAnew: changingAgain })
  const { status } = await api.call('POST /app/many/msg', { body: { eventType: 'a', payload: {} } })
  Object.assign(store, { accept, acceptAnew })
  expect([status, kept]).toEqual([202, [before + 1]])
})
