import { AppError, belonging, checkSecret, generateSecret, type SigningProfile } from '#domain'
import type { ApiDeps } from '../deps.ts'

/** Makes, or takes, the secret of an endpoint. The text leaves here once; the row holds it sealed. */
export function makeSecret(
  deps: ApiDeps,
  endpoint: string,
  { profile, given }: { profile: SigningProfile; given: string | null | undefined },
) {
  const checked = given == null ? undefined : checkSecret(profile, given)
  if (checked && !checked.ok)
    throw new AppError('validation_error', { fields: checked.faults.map((fault) => ({ ...fault, pointer: '/secret' })) })
  const text = checked?.ok ? checked.value : generateSecret(profile, (target) => deps.random.fill(target))
  const now = deps.clock.now()
  const row = {
    id: deps.ids.make('sec'),
    endpoint_id: endpoint,
    sealed: deps.vault.seal(text, belonging.endpointSecret(endpoint)),
    created_at: now,
    expires_at: null,
  }
  return { text, row }
}

/** How long after its making a secret can be read again by the API, for clients that read it in a call of its own (decisions.md 7). */
export const REVEAL_MS = 600_000
