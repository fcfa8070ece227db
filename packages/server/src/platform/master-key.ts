import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Random } from './random.ts'
import { masterKeyFromText, type MasterKey } from './vault.ts'

export type MasterKeyOutcome =
  | { readonly ok: true; readonly key: MasterKey; readonly made: boolean }
  /** A sentence for the operator. */
  | { readonly ok: false; readonly reason: string }

const FILE_NAME = 'master.key'

/**
 * The master key of this data folder, made at the first start. The file appears complete or not at all, and is on disk before
 * anything is sealed with it; when two processes start at once, both use the one that came first.
 */
export async function loadOrMakeMasterKey(folder: string, random: Random): Promise<MasterKeyOutcome> {
  const path = join(folder, FILE_NAME)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const made = (await readIfThere(path)) === undefined && (await make(folder, path, random))
  const { mode } = await stat(path)
  // Windows has no such bits.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    return { ok: false, reason: `Others than its owner may read ${path}. Run: chmod 600 ${path}` }
  }
  const text = await readFile(path, 'utf8')
  if (text.trim().length < 32)
    return {
      ok: false,
      reason: `${path} does not hold a master key. Restore it from a backup; without it stored secrets cannot be opened.`,
    }
  return { ok: true, key: masterKeyFromText(text), made }
}

async function make(folder: string, path: string, random: Random): Promise<boolean> {
  const text = Buffer.from(random.fill(new Uint8Array(32))).toString('base64url')
  const draft = join(folder, `.${FILE_NAME}.${Buffer.from(random.fill(new Uint8Array(6))).toString('hex')}`)
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${text}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    // Unlike a rename, a link never replaces a key that another process made meanwhile.
    await link(draft, path)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await unlink(draft)
  }
  await syncFolder(folder)
  return true
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
