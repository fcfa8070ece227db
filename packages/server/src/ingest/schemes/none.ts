import { NO_PLACES, type HeadScheme, type Scheme } from './scheme.ts'
import { PASSED } from './verification.ts'

const everybody: HeadScheme = { reads: 'head', challenge: undefined, secretsAt: NO_PLACES, verify: () => PASSED }

/** Of a listener: everybody passes. Of a system: it has nothing of its own, and the listener says how. */
export const none: Scheme<object> = {
  secretsIn: null,
  compile: () => ({ ok: true, scheme: everybody }),
  unmatchable: () => undefined,
  keptSecret: (secret) => secret,
  asksFor: () => ({}),
}
