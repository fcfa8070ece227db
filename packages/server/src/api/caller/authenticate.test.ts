import { expect, test } from 'vitest'
import { AppError } from '#domain'
import { createFakeClock } from '#platform/testing'
import type { StoredApiKey } from '#store'
import { createAuthenticate, type AuthenticateDeps } from './authenticate.ts'

const row: StoredApiKey = {
  ...{ id: 'key_1', application_id: null, name: 'CI', kind: 'key', parent_id: null, access: 'write', feature_flags: null, hash: 'x' },
  ...{ last4: 'abcd', created_at: 0, expires_at: null, last_used_at: null, revoked_at: null },
}
const headers = { authorization: 'Bearer sk_some_key' }

/** Keys whose look-ups are answered by hand, and changes of them. */
function openDoor() {
  const lookUps: PromiseWithResolvers<StoredApiKey | undefined>[] = []
  let changed: () => void = () => {}
  const withHash = () => {
    const answer = Promise.withResolvers<StoredApiKey | undefined>()
    lookUps.push(answer)
    return answer.promise
  }
  const store = {
    queries: { keys: { withHash } },
    onChange: (listener: () => void) => void (changed = listener),
  } as unknown as AuthenticateDeps['store']
  const authenticate = createAuthenticate({
    ...{ store, clock: createFakeClock(), keyUse: { note() {}, stop: async () => {} }, sessionUse: { note() {}, stop: async () => {} } },
    ...{ wrongKey: () => new AppError('authentication_failed'), settings: { apiUrl: 'http://localhost' } },
  })
  return { enter: async () => authenticate(headers, '203.0.113.1'), lookUps, change: () => changed() }
}

test('a key that was looked up is believed for a moment', async () => {
  const { enter, lookUps } = openDoor()
  const first = enter()
  lookUps[0]!.resolve(row)
  await first
  expect(await enter()).toMatchObject({ id: 'key_1' })
  expect(lookUps).toHaveLength(1)
})

test('S23: what was looked up before a change is not believed after it: a revoked key is refused at once', async () => {
  const { enter, lookUps, change } = openDoor()
  const first = enter()
  change()
  lookUps[0]!.resolve(row)
  await first
  const second = enter()
  expect(lookUps).toHaveLength(2)
  lookUps[1]!.resolve({ ...row, revoked_at: 1 })
  await expect(second).rejects.toMatchObject({ code: 'authentication_failed' })
})
