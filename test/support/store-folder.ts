import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFakeClock, silentLog } from '../../packages/server/src/platform/testing/index.ts'
import { openSqlite } from '../../packages/server/src/store/sqlite/index.ts'

const FILE = 'posthorn.db'
let migrated: Promise<Uint8Array> | undefined

/**
 * A new folder with an embedded store in it that this release has migrated, and nobody has used: to copy one takes a sixth of what
 * migrations do, and one sync instead of thirty. Whose subject a first start is begins with a folder of its own.
 */
export async function storeFolder(name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `posthorn-${name}-`))
  writeFileSync(join(folder, FILE), await (migrated ??= migrate()))
  return folder
}

async function migrate(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-migrated-'))
  try {
    await (await openSqlite({ folder, clock: createFakeClock(), log: silentLog })).close()
    return readFileSync(join(folder, FILE))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
