import { setImmediate } from 'node:timers/promises'
import type { BodyScheme } from './scheme.ts'
import type { Verification, VerifyRequest } from './verification.ts'

/** Up to here all secrets and signatures that a listener and a caller can bring together take a few milliseconds with HMAC, and some tens with Ed25519. */
const LARGE_BYTES_MIN = 64 * 1024

/**
 * Whether a request whose body is here proves where it comes from: at once, or of a large body with turns for others in between. Going
 * once through ten megabytes takes ten to twenty milliseconds, and who is not trusted yet chooses how many signatures there are:
 * thirty-two of them under ten secrets held the event loop for seconds.
 */
export function verifyBody(scheme: BodyScheme, request: VerifyRequest): Verification | Promise<Verification> {
  const isLarge = request.body.length >= LARGE_BYTES_MIN
  return isLarge && scheme.verifyInTurns !== null ? takeTurns(scheme.verifyInTurns(request)) : scheme.verify(request)
}

async function takeTurns(passes: Generator<undefined, Verification>): Promise<Verification> {
  for (;;) {
    const pass = passes.next()
    if (pass.done === true) return pass.value
    await setImmediate()
  }
}
