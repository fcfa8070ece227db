import { onlyHeader } from '../../request/headers.ts'
import { readQuery } from '../../request/query.ts'
import { readBodyPath, type BodyPath } from '../../request/value-path.ts'
import type { VerifyHead } from '../verification.ts'
import type { BodyFields } from './body-fields.ts'
import type { Place } from './options.ts'

/** A place, read once. */
export interface ReadPlace {
  readonly header: string | undefined
  readonly query: string | undefined
  readonly field: BodyPath | undefined
  /** As sentences name it. */
  readonly label: string
}

export function readPlace({ header, query, field }: Place): ReadPlace {
  const label =
    header !== undefined
      ? `The header ${header.toLowerCase()}`
      : query !== undefined
        ? `The query parameter ${query}`
        : `The field ${field}`
  return { header: header?.toLowerCase(), query, field: field === undefined ? undefined : readBodyPath(field), label }
}

/** What stands there, if it stands there once. An empty value is a missing one. */
export function onlyAt(
  { header, query, field }: ReadPlace,
  { headers, query: text }: VerifyHead,
  fields: BodyFields,
): { readonly value: string } | 'missing' | 'repeated' {
  if (header !== undefined) return onlyHeader(headers, header)
  const value = query !== undefined ? readQuery(text)[query] : fields.text(field!)
  if (value === undefined || value === '') return 'missing'
  return typeof value === 'string' ? { value } : 'repeated'
}
