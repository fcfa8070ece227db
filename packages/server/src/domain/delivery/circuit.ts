import type { AttemptEffects } from './attempt-outcome.ts'
import { limits } from '../limits.ts'

/**
 * A lane's circuit, kept durably with the lane.
 *
 *   closed --5 consecutive failed attempts--> open: everything waits until `circuitUntil`
 *   open --`circuitUntil` has come--> probe: one attempt, the rest still waits
 *   probe --success--> closed, the count begins anew      probe --failure--> open again, 30 s later
 *   any --100 consecutive failed attempts--> the endpoint is disabled; enabling it closes the circuit
 *
 * Each attempt counts, probes too; so while it is open an endpoint that is down costs one attempt in 30 s, however long its queue,
 * and it takes about 48 minutes of nothing but failures to disable it. A failure in doubt, which may be our own, counts until the circuit
 * opens and keeps it open, but brings nobody nearer to being disabled.
 */
export interface Circuit {
  /** Consecutive failed attempts. */
  readonly failures: number
  /** No attempt but the probe that is due then; 0 while closed. */
  readonly circuitUntil: number
}

export interface CircuitLimits {
  readonly openAfterFailures: number
  readonly probeMs: number
  /** Null: never disabled, as lanes of steps. */
  readonly disableAfterFailures: number | null
}

export const closedCircuit: Circuit = { failures: 0, circuitUntil: 0 }

export const circuitLimitsDefault: CircuitLimits = {
  openAfterFailures: limits.circuitAfterFailures,
  probeMs: limits.circuitProbeMs,
  disableAfterFailures: limits.disableAfterFailures,
}

export interface CircuitStep {
  readonly circuit: Circuit
  /** What the attempt changed, for events and logs. */
  readonly change: 'opened' | 'closed' | null
  /** From the failure on that reaches the number. Attempts that were under way beside it say so again, to an endpoint that is disabled already. */
  readonly disable: boolean
}

export function afterAttempt(
  circuit: Circuit,
  countsAs: AttemptEffects['countsAs'],
  now: number,
  bounds: CircuitLimits = circuitLimitsDefault,
): CircuitStep {
  if (countsAs === 'nothing') return { circuit, change: null, disable: false }
  const wasOpen = circuit.circuitUntil > 0
  if (countsAs === 'success') return { circuit: closedCircuit, change: wasOpen ? 'closed' : null, disable: false }
  const isProven = countsAs === 'failure'
  const failures = isProven || circuit.failures < bounds.openAfterFailures ? circuit.failures + 1 : circuit.failures
  const opens = failures >= bounds.openAfterFailures
  return {
    circuit: { failures, circuitUntil: opens ? now + bounds.probeMs : 0 },
    change: opens && !wasOpen ? 'opened' : null,
    disable: isProven && bounds.disableAfterFailures !== null && failures >= bounds.disableAfterFailures,
  }
}

/** What a lane may do now. `probe`: one attempt and no more, until it has ended. */
export function circuitPhase(circuit: Circuit, now: number): 'closed' | 'open' | 'probe' {
  if (circuit.circuitUntil === 0) return 'closed'
  return now < circuit.circuitUntil ? 'open' : 'probe'
}
