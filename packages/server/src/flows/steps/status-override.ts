import { isRawNumber } from '#domain'
import type { StepOf } from '@posthorn/contract'
import type { MappingContext } from '../mapping/context.ts'
import { isLiteral, type Slots } from '../mapping/slots.ts'

type Override = { readonly ok: true; readonly status: number | undefined } | { readonly ok: false; readonly given: unknown }

/** Null, false and nothing fall back to the status; what is no status from 200 to 599 is a fault (decisions/the-override-of-a-status). */
export function compileOverride(step: StepOf<'webhook_response'>, slots: Slots): (context: MappingContext) => Override {
  const { statusOverride } = step
  if (typeof statusOverride === 'string' && !isLiteral(statusOverride)) {
    const evaluate = slots.value(statusOverride, 'statusOverride')
    return (context) => readStatus(evaluate(context))
  }
  const fixed = readStatus(statusOverride)
  if (!fixed.ok) slots.fault(['statusOverride'], 'invalid_status', statusShape(fixed.given))
  return () => fixed
}

function readStatus(given: unknown): Override {
  if (given === null || given === undefined || given === false || (typeof given === 'string' && given.trim() === ''))
    return { ok: true, status: undefined }
  const status = typeof given === 'string' && /^\s*\d{3}\s*$/.test(given) ? Number(given) : given
  return typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599
    ? { ok: true, status }
    : { ok: false, given }
}

/** Data may make a megabyte of it. */
const CHARACTERS_SHOWN = 60

/** What is wrong with it, and what would be right. */
export function statusShape(given: unknown): string {
  return `statusOverride is ${saidOf(given)}, and not a status from 200 to 599.`
}

function saidOf(given: unknown): string {
  if (typeof given === 'string') return JSON.stringify(given.slice(0, CHARACTERS_SHOWN).toWellFormed())
  if (typeof given !== 'object' || isRawNumber(given)) return JSON.stringify(given).slice(0, CHARACTERS_SHOWN)
  return Array.isArray(given) ? 'a list' : 'an object'
}
