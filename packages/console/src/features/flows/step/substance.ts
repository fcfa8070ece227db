import type { Step } from '../model/definition.ts'
import { substanceField } from './presentation.ts'

const statusWords: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content' }

/** What a step does, in one line. */
export function substanceOf(step: Step): string {
  const field = substanceField(step.kind)
  const value = field === undefined ? undefined : step[field]
  if (value === undefined || value === null) return ''
  if (field === 'status') return `${String(value)} ${statusWords[Number(value)] ?? ''}`
  if (typeof value !== 'string') return JSON.stringify(value)
  const line = value.replaceAll(/\s+/g, ' ').trim()
  // What is exactly one reading, and where a URL leads to, is read without its wrapping.
  const text = /^\{\{ ?((?:(?!\}\}).)*?) ?\}\}$/.exec(line)?.[1] ?? line.replace(/^https:\/\//, '')
  return typeof step['system'] === 'string' ? `${step['system']} ${text}` : text
}
