import { setImmediate } from 'node:timers/promises'
import type { ListenerOut, ShownListenerAuth } from '@posthorn/contract'
import { mapSecrets } from '#ingest'
import type { RequestHead, RequestOrigin, RequestProof } from '#store'
import { timeOrNull } from '../attempt/attempt-json.ts'
import type { ApiDeps } from '../deps.ts'
import { revised } from '../revision.ts'

/** How many requests of a listener are looked at, and how many at a time. */
const REQUESTS_MAX = 1000
const PAGE = 100

type ShownSecret = { readonly name: string; readonly last4: string; readonly createdAt: string }

/**
 * The listener with the time at which each secret last verified a request, so that who rotates sees when the old one is no
 * longer used. Requests say themselves what verified them, so nobody has to write it down; the newest thousand are looked at, and
 * hardly ever all of them: it ends where each secret was met.
 */
export async function answerListener(deps: ApiDeps, status: 200 | 201, listener: ListenerOut) {
  const secrets: ShownSecret[] = []
  eachSecret(listener.auth, (secret) => void secrets.push(secret))
  const matched = await lastMatches(deps, listener.id, secrets)
  const auth = eachSecret(listener.auth, (secret) => ({ ...secret, lastMatchedAt: timeOrNull(matched.get(secret.name) ?? null) }))
  return revised(status, { ...listener, auth })
}

function eachSecret(auth: ShownListenerAuth, map: (secret: ShownSecret) => unknown): ShownListenerAuth {
  // The text that is shown to a sender who asks verifies nothing.
  const mapped = mapSecrets(auth as never, (secret: ShownSecret, { word }) => (word === 'verify_token' ? secret : map(secret)))
  return mapped as unknown as ShownListenerAuth
}

async function lastMatches({ store }: ApiDeps, listener: string, secrets: readonly ShownSecret[]): Promise<ReadonlyMap<string, number>> {
  const matched = new Map<string, number>()
  let beyond: string | null = null
  for (let left = REQUESTS_MAX; left > 0 && matched.size < secrets.length; left -= PAGE) {
    const { rows } = await store.logs.requests.search(listener, {}, { order: 'desc', beyond, limit: PAGE, from: null, until: null })
    for (const row of rows) {
      const name = secretOf(row, secrets)
      if (name !== undefined && !matched.has(name)) matched.set(name, row.received_at)
    }
    if (rows.length < PAGE) break
    beyond = rows.at(-1)!.id
    // An embedded store answers at once: others have their turn between two pages.
    await setImmediate()
  }
  return matched
}

/** Which of the secrets verified a request that came by itself. Older rows hold only its end. */
function secretOf({ verified, origin }: RequestHead, secrets: readonly ShownSecret[]): string | undefined {
  if (verified === null || (origin !== null && (JSON.parse(origin) as RequestOrigin).kind === 'edited')) return undefined
  const { secret, secretLast4 } = JSON.parse(verified) as RequestProof
  if (secret !== undefined) return secrets.find(({ name }) => name === secret)?.name
  const alike = secrets.filter(({ last4 }) => last4 !== '' && last4 === secretLast4)
  return alike.length === 1 ? alike[0]!.name : undefined
}
