import { Svix } from 'svix'
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
  /** Which operations were answered. */
  readonly answered: ReadonlySet<string>
  stop(): Promise<void>
}

export async function startTestSvix(settings: Parameters<typeof startTestApi>[0] = {}, parts: TestApiParts = {}): Promise<TestSvix> {
  const api = await startTestApi(settings, parts)
  const answered = new Set<string>()
  let status = 0
  const checkingFetch: typeof fetch = async (input, init) => {
    const url = input as URL
    const response = await fetch(url, init)
    const text = await response.clone().text()
    const { operation, faults } = checkAnswer({ method: init?.method ?? 'GET', path: url.pathname, status: response.status, text })
    if (faults.length > 0) throw new Error(faults.join('\n'))
    if (operation !== undefined) answered.add(operation)
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
    answered,
    stop: () => api.stop(),
  }
}
