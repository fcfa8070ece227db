import { isDeepStrictEqual } from 'node:util'
import type { createApi } from '../../packages/server/src/api/index.ts'
import { bytesAnswer, errors, operations } from '../../packages/contract/src/index.ts'

/**
 * Holds every answer of the API to the contract, whoever asked: a status of success that the operation names, a body of its
 * shape and with no field beside it, or a problem of the catalogue. Answers the faults found so far.
 */
export function checkContract(api: ReturnType<typeof createApi>): () => readonly string[] {
  const faults: string[] = []
  api.addHook('onSend', async (request, reply, payload) => {
    const fault = faultOf({ method: request.method, route: request.routeOptions.url ?? '', status: reply.statusCode, payload })
    if (fault !== undefined) faults.push(`${request.method} ${request.url} answered ${reply.statusCode}: ${fault}`)
    return payload
  })
  return () => faults
}

interface Answered {
  readonly method: string
  /** With `:name` for parameters. */
  readonly route: string
  readonly status: number
  readonly payload: unknown
}

function faultOf({ method, route, status, payload }: Answered): string | undefined {
  const operation = operations.find((one) => one.method === method && one.path.replaceAll(/\{(\w+)\}/g, ':$1') === route)
  if (operation === undefined) return undefined
  const text = typeof payload === 'string' ? payload : ''
  if (status >= 400) return faultOfProblem(status, text)
  const schema = operation.answers[status]
  if (schema === undefined) return 'the contract names no such status'
  if (schema === bytesAnswer) return undefined
  if (schema === null) return text === '' ? undefined : 'the contract says that there is no body'
  // zod passes over `__proto__`, which data of others may well hold.
  const body = JSON.parse(text, (name, value: unknown) => (name === '__proto__' ? undefined : value)) as unknown
  const read = schema.safeParse(body)
  if (!read.success) return read.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`).join('; ')
  // A field that the contract does not name is dropped by reading it.
  return isDeepStrictEqual(read.data, body) ? undefined : `not all of it is in the contract: ${text.slice(0, 500)}`
}

function faultOfProblem(status: number, text: string): string | undefined {
  const { code } = JSON.parse(text) as { code: string }
  const entry = (errors as Readonly<Record<string, { status: number }>>)[code]
  return entry?.status === status ? undefined : `the catalogue has no ${code} with this status`
}
