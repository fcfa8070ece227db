import { AppError, compileFilter, parseExactJson, transformationVariables, type FieldFault } from '#domain'
import type { ApiDeps } from '../deps.ts'
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

export async function contentFaults(deps: Pick<ApiDeps, 'transforms'>, owner: string, fields: ContentFields): Promise<FieldFault[]> {
  const { filter, transformation } = fields
  return [
    ...(filter ? filterFaults(filter, '/filter') : []),
    ...(transformation
      ? await expressionFaults(deps, { owner, expression: transformation.expression, pointer: '/transformation/expression' })
      : []),
  ]
}

export function filterFaults(filter: unknown, pointer: string): FieldFault[] {
  const compiled = compileFilter(filter)
  return compiled.ok ? [] : compiled.faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}`, code: 'bad_filter' }))
}

export interface ExpressionToCheck {
  readonly expression: string
  readonly pointer: string
  /** The application. */
  readonly owner: string
}

/** What is wrong with a transformation's expression. */
export async function expressionFaults(
  { transforms }: Pick<ApiDeps, 'transforms'>,
  { expression, pointer, owner }: ExpressionToCheck,
): Promise<FieldFault[]> {
  const compiled = await transforms.compile(expression, { owner, variables: transformationVariables })
  if (compiled.ok === 'busy') throw new AppError('overloaded')
  if (compiled.ok) return []
  return [{ pointer, code: 'bad_expression', message: `The JSONata expression cannot be read: ${compiled.message.replace(/\.$/, '')}.` }]
}
