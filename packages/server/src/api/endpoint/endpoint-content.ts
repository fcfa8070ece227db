import { compileFilter, parseExactJson, transformationVariables, type FieldFault } from '#domain'
import { compileTransform } from '#platform'
import { memberBytes } from '../message/member-bytes.ts'

/** The fields of an endpoint that look into payloads. */
export interface ContentFields {
  readonly filter?: Readonly<Record<string, unknown>> | null | undefined
  readonly transformation?: { readonly expression: string } | null | undefined
}

/** The body with its filter as it was written: parsed like any JSON, numbers beyond 2^53 would be others. */
export function withExactFilter<Body extends ContentFields>({ raw, body }: { readonly raw: Uint8Array; readonly body: Body }): Body {
  if (body.filter === null || body.filter === undefined) return body
  return { ...body, filter: parseExactJson(Buffer.from(memberBytes(raw, 'filter')!).toString('utf8')) as ContentFields['filter'] }
}

export function contentFaults({ filter, transformation }: ContentFields): FieldFault[] {
  return [
    ...(filter ? filterFaults(filter, '/filter') : []),
    ...(transformation ? expressionFaults(transformation.expression, '/transformation/expression') : []),
  ]
}

export function filterFaults(filter: unknown, pointer: string): FieldFault[] {
  const compiled = compileFilter(filter)
  return compiled.ok ? [] : compiled.faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}`, code: 'bad_filter' }))
}

export function expressionFaults(expression: string, pointer: string): FieldFault[] {
  const compiled = compileTransform(expression, transformationVariables)
  return compiled.ok
    ? []
    : [{ pointer, code: 'bad_expression', message: `The JSONata expression cannot be read: ${compiled.message.replace(/\.$/, '')}.` }]
}
