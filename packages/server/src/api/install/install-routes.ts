import { installOperations, type InstallOut } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'

/** What an operator wants to know of the installation before looking at its machine. It is answered also where the store is not well. */
export function installRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, installOperations, {
    async get({ store, install }) {
      const { version, startedAt, folder, settings } = install
      const [health, sizes] = await Promise.all([healthOf(deps), install.sizes()])
      const body: InstallOut = {
        ...{ version, nodeVersion: process.versions.node, engine: store.engine === 'postgres' ? 'postgres' : 'sqlite' },
        ...{ startedAt: new Date(startedAt).toISOString(), health },
        storage: { folder, ...sizes },
        settings: [...settings],
      }
      return { status: 200, body, headers: { 'cache-control': 'no-store' } }
    },
  })
}

async function healthOf({ store, clock }: Pick<ApiDeps, 'store' | 'clock'>): Promise<InstallOut['health']> {
  const startedAt = clock.monotonic()
  const health = await store.health().catch(() => undefined)
  if (health === undefined) return { ok: false, writeMs: null, oldestDueMs: null }
  return { ok: true, writeMs: Math.round(clock.monotonic() - startedAt), oldestDueMs: health.oldestDueMs }
}
