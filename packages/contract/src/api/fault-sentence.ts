import type { z } from 'zod'

/**
 * What is wrong with a field and what to give instead, where its schema has no words of its own: to be handed to `safeParse`.
 * Undefined where it has nothing better to say than the schema itself.
 *
 * @example messageIn.shape.tags.safeParse('a', { error: faultSentence }).error.issues[0].message // 'Give an array, not a string.'
 */
export function faultSentence(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `This field is required: give ${a(issue.expected)}.`
        : `Give ${a(issue.expected)}, not ${a(kindOf(issue.input))}.`
    case 'invalid_value':
      if (issue.values.includes('true') && issue.values.includes('no')) return 'Give true or false.'
      return issue.values.length === 1
        ? `Give ${JSON.stringify(issue.values[0])}.`
        : `Give one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}.`
    case 'invalid_union':
      return sentenceOfUnion(issue)
    case 'too_small':
      return `Give at least ${issue.minimum}${unitOf(issue.origin, issue.minimum)}.`
    case 'too_big':
      return `Give at most ${issue.maximum}${unitOf(issue.origin, issue.maximum)}.`
    case 'invalid_key':
      return issue.issues[0]?.message
    default:
      return undefined
  }
}

/** Alternatives that differ in kind are named by it. */
function sentenceOfUnion({ errors, input }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string | undefined {
  const wanted = errors.flatMap(([first]) => {
    if (first?.code === 'invalid_type') return [a(first.expected)]
    return first?.code === 'invalid_value' ? first.values.map((value) => JSON.stringify(value)) : []
  })
  if (wanted.length === 0) return undefined
  return input === undefined
    ? `This field is required: give ${[...new Set(wanted)].join(' or ')}.`
    : `Give ${[...new Set(wanted)].join(' or ')}, not ${a(kindOf(input))}.`
}

const words: Readonly<Record<string, string>> = { int: 'whole number', record: 'object' }

function a(kind: string): string {
  const word = words[kind] ?? kind
  if (/^(null|text|-?\d.*)$/.test(word)) return word
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'number') return Number.isNaN(value) ? 'text' : String(value)
  return Array.isArray(value) ? 'array' : typeof value
}

const units: Readonly<Record<string, string>> = { string: 'character', array: 'item' }

function unitOf(origin: string, count: number | bigint): string {
  const unit = units[origin]
  return unit === undefined ? '' : ` ${unit}${Number(count) === 1 ? '' : 's'}`
}
