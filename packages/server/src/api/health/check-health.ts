import { AppError } from '#domain'
import type { ApiDeps } from '../deps.ts'
import type { Answer } from '../route.ts'

const fresh = { 'cache-control': 'no-store' }

/** This process runs. */
export async function checkAlive(): Promise<Answer> {
  return { status: 200, body: { status: 'ok' }, headers: fresh }
}

/** The same, in Svix's form. */
export async function ping(): Promise<Answer> {
  return { status: 204, headers: fresh }
}

/** This process can do its work. It writes, because a store that only reads accepts nothing. */
export async function checkReady({ store, clock }: Pick<ApiDeps, 'store' | 'clock'>): Promise<Answer> {
  const startedAt = clock.monotonic()
  const { oldestDueMs } = await store.health().catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause
    throw new AppError('store_unavailable', { detail: 'The store did not take a write.', cause })
  })
  return { status: 200, body: { status: 'ok', writeMs: Math.round(clock.monotonic() - startedAt), oldestDueMs }, headers: fresh }
}
