import type { InstallOut } from '@posthorn/contract'
import type { Store } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Answer } from '../route.ts'

/** Which store it is, as it is shown; the model in memory is there in tests only. */
const shownEngines: Readonly<Record<Store['engine'], InstallOut['engine']>> = { sqlite: 'sqlite', postgres: 'postgres', memory: 'sqlite' }

/** It is answered also where the store is not well. */
export async function getInstall({ store, clock, install }: ApiDeps): Promise<Answer> {
  const { version, startedAt, folder, settings } = install
  const [health, sizes] = await Promise.all([healthOf({ store, clock }), install.sizes()])
  const body: InstallOut = {
    ...{ version, nodeVersion: process.versions.node, engine: shownEngines[store.engine] },
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
