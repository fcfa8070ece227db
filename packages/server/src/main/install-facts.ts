import { readFileSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { settingsInEffect } from '#config'
import type { Store } from '#store'
import type { Ground } from './ground.ts'

const DATABASE_FILES = ['posthorn.db', 'posthorn.db-wal'] as const

/** What an operator may know of this installation. */
export function installFacts(
  { config, clock }: Pick<Ground, 'config' | 'clock'>,
  { store: { engine }, session }: { readonly store: Pick<Store, 'engine'>; readonly session: { readonly id: string } },
) {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  return {
    ...{ version, startedAt: clock.now(), folder: config.data, session: session.id, settings: settingsInEffect(config) },
    async sizes() {
      const [disk, ...files] = await Promise.all([
        statfs(config.data).catch(() => null),
        ...(engine === 'sqlite' ? DATABASE_FILES : []).map((name) => bytesOf(join(config.data, name))),
      ])
      return {
        freeBytes: disk && disk.bavail * disk.bsize,
        databaseBytes: engine === 'sqlite' ? files.reduce((sum, bytes) => sum + bytes, 0) : null,
      }
    },
  }
}

async function bytesOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}
