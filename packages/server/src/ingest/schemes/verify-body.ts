import { inTurns } from '#platform'
import type { BodyScheme, RemoteScheme } from './scheme.ts'
import type { Verification, VerifyRequest } from './verification.ts'

/** Up to here going through the body once for each of ten secrets takes a millisecond or two. */
const LARGE_BYTES_MIN = 64 * 1024
/** So many slow checks take three milliseconds over a body that is not large. */
const CHECKS_AT_ONCE_MAX = 8

/**
 * Whether a request whose body is here proves where it comes from: at once, or of a large body, or with many signatures, in turns that
 * all such requests share. Going once through ten megabytes takes ten to twenty milliseconds, and who is not trusted yet chooses how many
 * signatures there are: thirty-two of them under ten secrets held the event loop for seconds.
 */
export function verifyBody(scheme: BodyScheme | RemoteScheme, request: VerifyRequest): Verification | Promise<Verification> {
  if (scheme.reads === 'body_and_keys' || scheme.verifyInTurns === null) return scheme.verify(request)
  const isSlow = request.body.length >= LARGE_BYTES_MIN || (scheme.slowChecks?.(request) ?? 0) > CHECKS_AT_ONCE_MAX
  return isSlow ? takeTurns(scheme.verifyInTurns(request)) : scheme.verify(request)
}

async function takeTurns(passes: Generator<undefined, Verification>): Promise<Verification> {
  let end: Verification | undefined
  await inTurns(() => {
    const { done, value } = passes.next()
    if (done === true) end = value
    return done === true
  })
  return end!
}
