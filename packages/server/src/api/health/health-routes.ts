import { healthOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { route, type Route } from '../route.ts'

/** Whether this process can do its work. `readyz` writes, because a store that only reads accepts nothing. */
export function healthRoutes({ store, clock }: Pick<ApiDeps, 'store' | 'clock'>): Route[] {
  const fresh = { 'cache-control': 'no-store' }
  return [
    route(healthOperations.live, async () => ({ status: 200, body: { status: 'ok' }, headers: fresh })),
    route(healthOperations.get, async () => ({ status: 204, headers: fresh })),
    route(healthOperations.ping, async () => ({ status: 204, headers: fresh })),
    route(healthOperations.ready, async () => {
      const startedAt = clock.monotonic()
      const { oldestDueMs } = await store.health().catch((cause: unknown) => {
        if (cause instanceof AppError) throw cause
        throw new AppError('store_unavailable', { detail: 'The store did not take a write.', cause })
      })
      return { status: 200, body: { status: 'ok', writeMs: Math.round(clock.monotonic() - startedAt), oldestDueMs }, headers: fresh }
    }),
  ]
}
