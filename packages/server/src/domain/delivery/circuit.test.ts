import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterAttempt, circuitPhase, closedCircuit, type Circuit } from './circuit.ts'

const failTimes = (times: number, from: Circuit = closedCircuit, now = 1000) => {
  let circuit = from
  for (let i = 0; i < times; i++) circuit = afterAttempt(circuit, 'failure', now).circuit
  return circuit
}

describe('R82: the circuit of a lane', () => {
  test('opens at the fifth consecutive failed attempt, for 30 s', () => {
    expect(failTimes(4)).toEqual({ failures: 4, circuitUntil: 0 })
    expect(afterAttempt(failTimes(4), 'failure', 7000)).toEqual({
      circuit: { failures: 5, circuitUntil: 37_000 },
      change: 'opened',
      disable: false,
    })
  })

  test('lets one probe through when its time has come, and opens again for 30 s if that fails', () => {
    const open = failTimes(5)
    expect(circuitPhase(closedCircuit, 1000)).toBe('closed')
    expect(circuitPhase(open, 30_999)).toBe('open')
    expect(circuitPhase(open, 31_000)).toBe('probe')
    expect(afterAttempt(open, 'failure', 31_000)).toEqual({
      circuit: { failures: 6, circuitUntil: 61_000 },
      change: null,
      disable: false,
    })
  })

  test('closes at the first success, and the count begins anew', () => {
    expect(afterAttempt(failTimes(50), 'success', 99)).toEqual({
      circuit: { failures: 0, circuitUntil: 0 },
      change: 'closed',
      disable: false,
    })
    expect(afterAttempt(failTimes(3), 'success', 99)).toEqual({
      circuit: { failures: 0, circuitUntil: 0 },
      change: null,
      disable: false,
    })
  })

  test('is not touched by attempts that count for nothing', () => {
    expect(afterAttempt(failTimes(99), 'nothing', 5)).toEqual({ circuit: failTimes(99), change: null, disable: false })
  })

  test('a failure in doubt opens it and keeps it open, but brings nobody nearer to being disabled', () => {
    const doubt = (circuit: Circuit, now: number) => afterAttempt(circuit, 'doubt', now)
    expect(doubt(failTimes(4), 7000)).toEqual({ circuit: { failures: 5, circuitUntil: 37_000 }, change: 'opened', disable: false })
    expect(doubt(failTimes(5), 31_000)).toEqual({ circuit: { failures: 5, circuitUntil: 61_000 }, change: null, disable: false })
    expect(doubt(failTimes(99), 5)).toMatchObject({ circuit: { failures: 99, circuitUntil: 30_005 }, disable: false })
    expect(afterAttempt(doubt(failTimes(99), 5).circuit, 'failure', 6).disable).toBe(true)
  })

  test('R82: disables at 100 consecutive failed attempts, counting each', () => {
    expect(afterAttempt(failTimes(98), 'failure', 5).disable).toBe(false)
    expect(afterAttempt(failTimes(99), 'failure', 5).disable).toBe(true)
    const interrupted = afterAttempt(failTimes(99), 'success', 5).circuit
    expect(afterAttempt(failTimes(98, interrupted), 'failure', 5).disable).toBe(false)
  })

  test('R82: the number is a setting, lowering it takes effect, and lanes of steps have none', () => {
    const bounds = { openAfterFailures: 5, probeMs: 30_000, disableAfterFailures: 10 }
    expect(afterAttempt(failTimes(9), 'failure', 5, bounds).disable).toBe(true)
    expect(afterAttempt(failTimes(50), 'failure', 5, bounds).disable).toBe(true)
    expect(afterAttempt(failTimes(1000), 'failure', 5, { ...bounds, disableAfterFailures: null }).disable).toBe(false)
  })

  test('enabling starts from a closed circuit', () => {
    expect(circuitPhase(closedCircuit, 0)).toBe('closed')
    expect(afterAttempt(closedCircuit, 'failure', 5)).toMatchObject({ circuit: { failures: 1 }, disable: false })
  })

  test('counts what came since the last success, and is open exactly from the fifth on', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('success' as const, 'failure' as const, 'nothing' as const), { maxLength: 150 }), (outcomes) => {
        let circuit = closedCircuit
        for (const [i, outcome] of outcomes.entries()) circuit = afterAttempt(circuit, outcome, i * 1000).circuit
        const since = outcomes.slice(outcomes.lastIndexOf('success') + 1).filter((outcome) => outcome === 'failure').length
        expect(circuit.failures).toBe(since)
        expect(circuit.circuitUntil > 0).toBe(since >= 5)
      }),
    )
  })
})
