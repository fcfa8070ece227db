import type { StepOf } from '@posthorn/contract'
import { toText } from '../mapping/values.ts'
import { isLiteral, type Slots } from '../mapping/slots.ts'
import type { RunStep } from '../segment/step-outcome.ts'
import { afterDuration, DELAY_MS_MAX, readMoment } from './moment.ts'

/** The run goes on at its moment; until then it is a row in the store and nothing else. A moment that is over is no wait. */
export function compileDelayStep(step: StepOf<'delay'>, slots: Slots): RunStep {
  const given = step.for ?? step.until
  if (given === undefined || (step.for !== undefined && step.until !== undefined))
    slots.fault(step.until === undefined ? ['for'] : ['until'], 'invalid_delay', 'Give `for` or `until`, one of them.')
  const field = step.for === undefined ? 'until' : 'for'
  const evaluate = typeof given === 'string' ? slots.value(given, field) : () => given
  const read = (value: unknown, now: number) => (field === 'for' ? afterDuration(value, now) : readMoment(value))
  if ((typeof given === 'number' || isLiteral(given)) && read(given, 0) === undefined) slots.fault([field], 'invalid_delay', shapes[field])
  // Whenever it begins; of months the shortest.
  if (field === 'for' && isLiteral(given) && (read(given, SHORT_YEAR) ?? 0) - SHORT_YEAR > DELAY_MS_MAX)
    slots.fault(['for'], 'invalid_delay', tooLong)

  return (context) => {
    const value = evaluate(context)
    const now = context.now()
    const until = read(value, now)
    if (until === undefined || until - now > DELAY_MS_MAX) {
      const input = { [field]: toText(value).slice(0, 100) }
      return { kind: 'failed', code: 'invalid_delay', message: until === undefined ? shapes[field] : tooLong, paths: [field], input }
    }
    const input = { until: new Date(until).toISOString() }
    return until <= now ? { kind: 'done', status: 'OK', input } : { kind: 'wait', until, input }
  }
}

const shapes = {
  for: 'A delay lasts seconds as a number, or an ISO 8601 duration such as PT15M, P2DT12H or P1M.',
  until: 'A moment is a date with time and zone, such as 2026-12-24T18:00:00Z, or milliseconds since 1970.',
}

/** The first of a year without a leap day, of which February is still to come. */
const SHORT_YEAR = Date.UTC(2026, 1, 1)

const tooLong = `A delay lasts ${DELAY_MS_MAX / 86_400_000} days at most.`
