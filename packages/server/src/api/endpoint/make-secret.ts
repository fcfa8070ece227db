import { AppError, belonging, checkSecret, generateSecret, type SigningProfile } from '#domain'
import type { ApiDeps } from '../deps.ts'

/** Makes, or takes, the secret of an endpoint. The text leaves here once; the row holds it sealed. `pointer`: where a given one stands. */
export function makeSecret(
  deps: ApiDeps,
  endpoint: string,
  { profile, given, pointer }: { profile: SigningProfile; given: string | null | undefined; pointer: string },
) {
  const checked = given == null ? undefined : checkSecret(profile, given)
  if (checked && !checked.ok) {
    const wayOut = 'Leave it out to have one made.'
    throw new AppError('validation_error', {
      fields: checked.faults.map((fault) => ({ ...fault, pointer, message: `${fault.message} ${wayOut}` })),
    })
  }
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
