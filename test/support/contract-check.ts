import type { ServerResponse } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import type { ApiServer } from '../../packages/server/src/api/index.ts'
import { bytesAnswer, errors, isEventStream, operations, type Operation } from '../../packages/contract/src/index.ts'

/**
 * Holds every answer of the API to the contract, whoever asked: a status of success that the operation names, a body of its
 * shape and with no field beside it, or a problem of the catalogue. `faults` tells those found so far.
 */
export function checkContract(api: Pick<ApiServer, 'handle'>): Pick<ApiServer, 'handle'> & { faults(): readonly string[] } {
  const faults: string[] = []
  return {
    faults: () => faults,
    handle(request, response) {
      const payload = payloadOf(response)
      response.once('finish', () => {
        const { method = '', url = '' } = request
        const fault = faultOf({ method, path: url.split('?', 1)[0]!, status: response.statusCode, payload: payload() })
        if (fault !== undefined) faults.push(`${method} ${url} answered ${response.statusCode}: ${fault}`)
      })
      api.handle(request, response)
    },
  }
}

/** What is written to the response, read when it is finished. */
function payloadOf(response: ServerResponse): () => string {
  const chunks: Buffer[] = []
  for (const name of ['write', 'end'] as const) {
    const write = response[name].bind(response) as (...given: unknown[]) => never
    response[name] = (...given: unknown[]): never => {
      if (typeof given[0] === 'string' || given[0] instanceof Uint8Array) chunks.push(Buffer.from(given[0] as string))
      return write(...given)
    }
  }
  return () => Buffer.concat(chunks).toString()
}

interface Answered {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly payload: string
}

/** Where a literal segment and a parameter both fit, the literal one is meant. */
const patterns = operations
  .map((operation) => ({ operation, pattern: new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`) }))
  .toSorted((a, b) => a.operation.path.split('{').length - b.operation.path.split('{').length)

function faultOf({ method, path, status, payload: text }: Answered): string | undefined {
  const operation = patterns.find((one) => one.operation.method === method && one.pattern.test(path))?.operation
  if (operation === undefined || method === 'HEAD') return undefined
  if (status >= 400) return faultOfProblem(status, text)
  const schema = operation.answers[status]
  if (schema === undefined) return 'the contract names no such status'
  if (schema === bytesAnswer) return undefined
  if (schema === null) return text === '' ? undefined : 'the contract says that there is no body'
  if (!isEventStream(schema)) return faultOfBody(schema, text)
  const events = text.split('\n').filter((line) => line.startsWith('data: '))
  return events.map((line) => faultOfBody(schema, line.slice('data: '.length))).find((fault) => fault !== undefined)
}

function faultOfBody(schema: NonNullable<Operation['answers'][number]>, text: string): string | undefined {
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
