import { code } from './code.ts'
import { crm, messaging } from './messaging.ts'
import { cloud, commerce, generic, identity, productivity } from './other.ts'
import { payments } from './payments.ts'
import type { Signers } from './signer.ts'

/** How each system signs, by name. */
export const signers: Signers = {
  ...generic,
  ...payments,
  ...commerce,
  ...code,
  ...crm,
  ...messaging,
  ...productivity,
  ...identity,
  ...cloud,
}
