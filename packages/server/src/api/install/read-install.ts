import type { InstallOut } from '@posthorn/contract'
import { idTime } from '#domain'
import type { Store } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Answer } from '../route.ts'

/** Which store it is, as it is shown; the model in memory is there in tests only. */
const shownEngines: Readonly<Record<Store['engine'], InstallOut['engine']>> = { sqlite: 'sqlite', postgres: 'postgres', memory: 'sqlite' }

const iso = (at: number): string => new Date(at).toISOString()

/** It is answered also where the store is not well. */
export async function getInstall({ store, clock, install, settings: { publicUrl } }: ApiDeps): Promise<Answer> {
  const { version, startedAt, folder, settings } = install
  const [health, sizes, filesBytes, sessions] = await Promise.all([
    healthOf({ store, clock }),
    install.sizes(),
    store.queries.entries.bytesOfAll().catch(() => 0),
    store.queries.sessions.living().catch(() => [install.session]),
  ])
  const body: InstallOut = {
    ...{ version, nodeVersion: process.versions.node, engine: shownEngines[store.engine] },
    ...{ startedAt: iso(startedAt), health },
    storage: { folder, ...sizes, filesBytes },
    nodes: sessions.map((id) => ({ id, startedAt: iso(idTime(id) ?? startedAt), here: id === install.session })),
    // Where nobody set it, it follows from the port that was taken.
    settings: settings.map((one) => (one.name === 'publicUrl' ? { ...one, value: publicUrl } : one)),
  }
  return { status: 200, body, headers: { 'cache-control': 'no-store' } }
}

async function healthOf({ store, clock }: Pick<ApiDeps, 'store' | 'clock'>): Promise<InstallOut['health']> {
  const startedAt = clock.monotonic()
  const health = await store.health().catch(() => undefined)
  if (health === undefined) return { ok: false, writeMs: null, oldestDueMs: null }
  return { ok: true, writeMs: Math.round(clock.monotonic() - startedAt), oldestDueMs: health.oldestDueMs }
}
