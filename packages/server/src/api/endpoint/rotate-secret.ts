import type { endpointOperations } from '@posthorn/contract'
import { AppError, limits, secretOverlapSecondsDefault, type SigningProfile } from '#domain'
import type { EndpointSnapshot } from '#store'
import { changeApplication, type Change } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { updateEvents } from './endpoint-events.ts'
import { existingEndpoint } from './find-endpoint.ts'
import { makeSecret } from './make-secret.ts'

type RotateCall = Call<typeof endpointOperations.rotateSecret>

/** Makes a new signing secret; the old one signs on for a while. */
export async function rotateSecret(deps: ApiDeps, call: RotateCall): Promise<Answer> {
  const secret = await changeApplication(deps, call, (application) =>
    planRotation(deps, existingEndpoint(application, call.params), call.body),
  )
  if (readsKey(call.userAgent)) return { status: 200, body: { secret, key: secret } }
  return call.query.with_secret ? { status: 200, body: { secret } } : { status: 204 }
}

/** Svix's clients expect the secret from 2.7 on, and fail without it although it was changed. */
function readsKey(userAgent: string | undefined): boolean {
  const [, major, minor] = /^svix-libs\/(\d+)\.(\d+)\./.exec(userAgent ?? '') ?? []
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 7)
}

function planRotation(deps: ApiDeps, endpoint: EndpointSnapshot, { key, gracePeriodSeconds }: RotateCall['body']): Change<string> {
  const { endpoints } = deps.store.statements
  const profile = endpoint.signing as SigningProfile
  const made = makeSecret(deps, endpoint.id, { profile, given: key, pointer: '/key' })
  const now = deps.clock.now()
  const overlapSeconds = gracePeriodSeconds ?? secretOverlapSecondsDefault(profile)
  const until = now + overlapSeconds * 1000
  const signing = endpoint.secrets.filter((one) => (one.expires_at ?? Infinity) > now)
  if (overlapSeconds > 0 && signing.length >= limits.secretsSigningMax) {
    throw new AppError('limit_reached', {
      detail: `${signing.length - 1} old secrets sign already. Wait until one ends, or rotate with "gracePeriodSeconds": 0.`,
    })
  }

  return {
    statements: [
      endpoints.endSecret(endpoint.id, until),
      // "At once" means every old secret, also those of an overlap that an earlier rotation allowed.
      overlapSeconds === 0 ? endpoints.removeSecrets(endpoint.id) : endpoints.removeExpiredSecrets(endpoint.id, now),
      endpoints.insertSecret(made.row),
    ],
    action: 'endpoint.secret_rotated',
    target: endpoint.id,
    before: { secretsSigning: signing.length },
    after: { secretsSigning: overlapSeconds === 0 ? 1 : signing.length + 1, oldSecretUntil: new Date(until).toISOString() },
    operational: updateEvents(endpoint, endpoint),
    result: made.text,
  }
}
