import { Svix } from 'svix'
import { freshDatabase } from './postgres.ts'
import { checkAnswer } from './svix-openapi.ts'
import { startTestApi, type TestApi, type TestApiParts } from './test-api.ts'

/** A server with the official Svix client before it, each answer of which is held to Svix's own description. */
export interface TestSvix {
  readonly api: TestApi
  readonly svix: Svix
  /** As another key. */
  as(key: string): Svix
  /** The status of the latest answer. */
  readonly status: number
  stop(): Promise<void>
}

/** Both stores: what a client sees may not depend on which one it is. */
export const engines = ['sqlite', 'postgres'] as const

export async function startTestSvix(engine: (typeof engines)[number], parts: TestApiParts = {}): Promise<TestSvix> {
  const database = engine === 'postgres' ? await freshDatabase() : undefined
  const api = await startTestApi({}, { ...parts, ...(database && { databaseUrl: database.url }) })
  let status = 0
  const checkingFetch: typeof fetch = async (input, init) => {
    const url = input as URL
    const response = await fetch(url, init)
    const text = await response.clone().text()
    const faults = checkAnswer({ method: init?.method ?? 'GET', path: url.pathname, status: response.status, text })
    if (faults.length > 0) throw new Error(faults.join('\n'))
    status = response.status
    return response
  }
  const as = (key: string) => new Svix(key, { serverUrl: api.url, retryScheduleInMs: [], fetch: checkingFetch })
  return {
    api,
    svix: as(api.key),
    as,
    get status() {
      return status
    },
    async stop() {
      await api.stop()
      await database?.drop()
    },
  }
}
