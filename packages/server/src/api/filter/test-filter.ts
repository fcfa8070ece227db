import type { filterOperations } from '@posthorn/contract'
import { AppError, compileFilter, readPayload } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { filterFaults, withExactFilter } from '../endpoint/endpoint-content.ts'
import { triedPayload } from '../message/tried-payload.ts'
import type { Answer, Call } from '../route.ts'

/** Tries a filter before an endpoint has it. */
export async function testFilter(deps: ApiDeps, call: Call<typeof filterOperations.test>): Promise<Answer> {
  const { filter } = withExactFilter(call)
  const compiled = compileFilter(filter)
  if (!compiled.ok) throw new AppError('validation_error', { fields: filterFaults(filter, '/filter') })
  const { bytes } = await triedPayload(deps, call)
  return { status: 200, body: compiled.filter.explain(readPayload(bytes)) }
}
