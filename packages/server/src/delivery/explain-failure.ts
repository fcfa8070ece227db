import { failures, type Failure } from '#platform'
import { deliveryFailures, statusClassNextSteps, statusNextSteps } from './delivery-failures.ts'

export interface Explanation {
  /** What happened, in plain words, with what was special about this case. */
  readonly reason: string
  /** What whoever owns the address, the endpoint or the installation can do. */
  readonly nextStep: string
}

/** Every code that is not a status of the receiver. */
export const failureCatalogue: Readonly<Record<string, Failure>> = { ...failures, ...deliveryFailures }

/** Why an attempt or a delivery failed. `detail`: what is kept of this very case, if anything is. */
export function explainFailure(code: string, detail: string | null): Explanation {
  const status = /^http_(\d{3})$/.exec(code)?.[1]
  if (status !== undefined) return explainStatus(Number(status), detail)
  const known = Object.hasOwn(failureCatalogue, code) ? failureCatalogue[code]! : unknown
  // What is kept of a redirect says already that none is followed.
  if (code === 'redirect' && detail !== null) return { reason: detail, nextStep: known.nextStep }
  return { reason: withDetail(known.sentence, detail), nextStep: known.nextStep }
}

function explainStatus(status: number, detail: string | null): Explanation {
  return {
    reason: detail ?? `The receiver answered ${status}.`,
    nextStep: statusNextSteps[status] ?? statusClassNextSteps[Math.floor(status / 100)] ?? unknown.nextStep,
  }
}

/** A code that an older or newer version wrote. */
const unknown: Failure = {
  sentence: 'The delivery failed.',
  nextStep: 'Look at its attempts, and at the log of the receiver.',
  hopeless: false,
}

function withDetail(sentence: string, detail: string | null): string {
  if (detail === null || detail === sentence) return sentence
  return `${sentence} ${detail}`
}
