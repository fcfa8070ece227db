import type { InstallOut } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import type { Answer } from '../route.ts'

/** It is answered also where the store is not well. */
export async function getInstall({ store, clock, install }: ApiDeps): Promise<Answer> {
  const { version, startedAt, folder, settings } = install
  const [health, sizes] = await Promise.all([healthOf({ store, clock }), install.sizes()])
  const body: InstallOut = {
    ...{ version, nodeVersion: process.versions.node, engine: store.engine === 'postgres' ? 'postgres' : 'sqlite' },
    ...{ startedAt: new Date(startedAt).toISOString(), health },
    storage: { folder, ...sizes },
    settings: [...settings],
  }
  return { status: 200, body, headers: { 'cache-control': 'no-store' } }
}

async function healthOf({ store, clock }: Pick<ApiDeps, 'store' | 'clock'>): Promise<InstallOut['health']> {
  const startedAt = clock.monotonic()
  const health = await store.health().catch(() => undefined)
  if (health === undefined) return { ok: false, writeMs: null, oldestDueMs: null }
  return { ok: true, writeMs: Math.round(clock.monotonic() - startedAt), oldestDueMs: health.oldestDueMs }
}
