import type { Step } from '../model/definition.ts'
import { lookOf } from './presentation.ts'

/** What a step does, in one line. */
export function substanceOf(step: Step): string {
  const field = lookOf(step.kind)?.substance
  const value = field === undefined ? undefined : step[field]
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value.replaceAll(/\s+/g, ' ') : JSON.stringify(value)
}
