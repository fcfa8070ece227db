import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { AppError, type ApplicationId } from '#domain'
import { createFakeClock } from '#platform/testing'
import { startTestApi } from '../../../../../test/support/test-api.ts'
import type { ApiDeps } from '../deps.ts'
import { Streams, type Listener } from './streams.ts'

const FORGET_MS = 60_000
const listener: Listener = { caller: 'key_a', topics: new Set(['endpoint']), toEndpoints: false, lastEventId: undefined }

test('who comes in the moment in which an application is forgotten is sent what comes there', async () => {
  const clock = createFakeClock()
  const api = await startTestApi({}, { clock })
  onTestFinished(() => api.stop())
  const id = String((await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })).body['id']) as ApplicationId
  let held: Promise<void> | undefined
  const application = async (of: ApplicationId) => {
    await held
    return api.deps.config.application(of)
  }
  const streams = new Streams({ ...api.deps, config: { application } as ApiDeps['config'] })
  const before = await streams.subscribe(id, listener)
  before.end()

  const { promise, resolve } = Promise.withResolvers<void>()
  held = promise
  const coming = streams.subscribe(id, listener)
  await clock.run(FORGET_MS)
  held = undefined
  resolve()
  const subscription = await coming
  onTestFinished(() => subscription.end())
  await api.call('POST /app/shop/endpoint', { body: { url: 'https://example.com/' } })

  let heard: string | null | undefined
  void subscription.next(FORGET_MS).then((text) => (heard = text))
  while (heard === undefined) {
    await clock.run(50)
    await setImmediate()
  }
  expect(heard).toContain('"topic":"endpoint"')
})

test('an application that nobody could begin to listen to is not remembered', async () => {
  const api = await startTestApi()
  onTestFinished(() => api.stop())
  const application = async (id: ApplicationId) => {
    if (id.endsWith('odd')) throw new AppError('store_unavailable')
    return undefined
  }
  const streams = new Streams({ ...api.deps, config: { application } as ApiDeps['config'] })
  for (let i = 0; i < 100; i++) {
    const id = `app_${i}${i % 2 === 0 ? 'odd' : ''}` as ApplicationId
    await expect(streams.subscribe(id, listener)).rejects.toMatchObject({ code: i % 2 === 0 ? 'store_unavailable' : 'not_found' })
  }
  expect(streams.size).toBe(0)
})
