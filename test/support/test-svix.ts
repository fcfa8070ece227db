import * as svix2 from 'svix'
import * as svix1 from 'svix-1'
import { freshDatabase } from './postgres.ts'
import { checkAnswer, svixOperationOf } from './svix-openapi.ts'
import { startTestApi, type TestApi, type TestApiParts } from './test-api.ts'

type Svix = svix2.Svix

/** A server with an official Svix client before it, each answer of which is held to Svix's own description. */
export interface TestSvix {
  readonly api: TestApi
  readonly svix: Svix
  /** What this client throws for an answer that is none of success. */
  readonly ApiException: typeof svix2.ApiException
  /** As another key. */
  as(key: string): Svix
  /** The status of the latest answer. */
  readonly status: number
  /** Operations that this client has called, by method and path. */
  readonly called: ReadonlySet<string>
  stop(): Promise<void>
}

interface Kind {
  readonly client: 'svix 2.5.0' | 'svix 1.99.1'
  readonly engine: 'sqlite' | 'postgres'
}

/** Both clients, as npm has them, and both stores: what a client sees may not depend on which store it is. */
export const kinds: readonly Kind[] = [
  { client: 'svix 2.5.0', engine: 'sqlite' },
  { client: 'svix 2.5.0', engine: 'postgres' },
  { client: 'svix 1.99.1', engine: 'sqlite' },
]

export async function startTestSvix({ client, engine }: Kind, parts: TestApiParts = {}): Promise<TestSvix> {
  const database = engine === 'postgres' ? await freshDatabase() : undefined
  const api = await startTestApi({}, { ...parts, ...(database && { databaseUrl: database.url }) })
  const called = new Set<string>()
  let status = 0
  const checkingFetch: typeof fetch = async (input, init) => {
    const url = input as URL
    const response = await fetch(url, init)
    const text = await response.clone().text()
    const answer = { method: init?.method ?? 'GET', path: url.pathname, status: response.status, text }
    const faults = checkAnswer(answer)
    if (faults.length > 0) throw new Error(faults.join('\n'))
    const operation = svixOperationOf(answer)
    if (operation) called.add(`${operation.method} ${operation.path}`)
    status = response.status
    return response
  }
  const options = { serverUrl: api.url, retryScheduleInMs: [], fetch: checkingFetch }
  const as = (key: string): Svix => (client === 'svix 1.99.1' ? named2(new svix1.Svix(key, options)) : new svix2.Svix(key, options))
  return {
    api,
    svix: as(api.key),
    ApiException: client === 'svix 1.99.1' ? (svix1.ApiException as unknown as typeof svix2.ApiException) : svix2.ApiException,
    as,
    called,
    get status() {
      return status
    },
    async stop() {
      await api.stop()
      await database?.drop()
    },
  }
}

/** What version 2 calls otherwise than version 1; all else is called the same. */
const namesIn1: Readonly<Record<string, string>> = { upsert: 'update', setHeaders: 'updateHeaders' }

/** Version 1 under the names of version 2, so that one suite asks both. What it sends and reads is its own. */
function named2(client: svix1.Svix): Svix {
  const named = <T extends object>(inner: T, ofEndpoints = false): T =>
    new Proxy(inner, {
      get(target, name) {
        const value: unknown = Reflect.get(target, namesIn1[String(name)] ?? name, target)
        if (typeof value === 'object' && value !== null) return named(value, name === 'endpoint')
        if (typeof value !== 'function') return value
        return async (...given: unknown[]) => {
          const fields = ofEndpoints ? given.map((one) => renamed(one, 'eventTypes', 'filterTypes')) : given
          return renamed(await (Reflect.apply(value, target, fields) as Promise<unknown>), 'filterTypes', 'eventTypes')
        }
      },
    })
  return named(client) as unknown as Svix
}

/** A field of the object, or of those of a list, under another name. */
function renamed(value: unknown, from: string, to: string): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const { [from]: field, ...rest } = value as Readonly<Record<string, unknown>>
  const data = Array.isArray(rest['data']) ? { data: rest['data'].map((one) => renamed(one, from, to)) } : {}
  return { ...rest, ...data, ...(from in value && { [to]: field }) }
}
