import { stepFields } from './context.ts'

export interface KnownNames {
  readonly stepIds: ReadonlySet<string>
  /** Which of the names was probably meant by one that is not there. */
  readonly near?: (name: string, names: readonly string[]) => string | undefined
}

interface NameFault {
  readonly code: 'unknown_step' | 'unknown_field'
  readonly message: string
}

/** What is wrong with the name of a step, or with what is read of it; undefined: nothing. */
export function faultOfStepName(
  { id, field }: { readonly id: string; readonly field: string | null },
  names: KnownNames,
): NameFault | undefined {
  if (!names.stepIds.has(id))
    return { code: 'unknown_step', message: `there is no step "${id}"; ${othersOf(id, [...names.stepIds], names.near)}` }
  if (field === null || stepFields.includes(field)) return undefined
  return { code: 'unknown_field', message: `a step has ${stepFields.join(', ')}; did you mean steps.${id}.output.${field}?` }
}

/** Names that are told of those there are. */
const TOLD_MAX = 100

/** What there is in place of a name that is not there: the one that was probably meant, else all. */
export function othersOf(name: string, names: readonly string[], nearTo: KnownNames['near']): string {
  const near = nearTo?.(name, names)
  if (near !== undefined) return `did you mean ${near}?`
  if (names.length === 0) return 'there are none'
  return `there are ${names.slice(0, TOLD_MAX).join(', ')}${names.length > TOLD_MAX ? ', ...' : ''}`
}
