import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, writeDurably } from './durable-file.ts'
import { makeFolder } from './make-folder.ts'
import type { Random } from './random.ts'
import { masterKeyFromText, type MasterKey } from './vault.ts'

export type FoundMasterKey =
  | { readonly kind: 'key'; readonly key: MasterKey }
  | { readonly kind: 'none' }
  /** A sentence for the operator. */
  | { readonly kind: 'unusable'; readonly reason: string }

export function masterKeyPath(folder: string): string {
  return join(folder, 'master.key')
}

/** The master key of this data folder. Makes nothing: whether one may be made is decided by what the store holds. */
export async function readMasterKey(folder: string): Promise<FoundMasterKey> {
  const path = masterKeyPath(folder)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return { kind: 'none' }
    throw error
  }
  const { mode } = await stat(path)
  // Windows has no such bits.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    return { kind: 'unusable', reason: `Others than its owner may read ${path}. Run: chmod 600 ${path}` }
  }
  if (text.trim().length < 32) {
    const reason = `${path} does not hold a master key. Restore it from a backup; without it stored secrets cannot be opened.`
    return { kind: 'unusable', reason }
  }
  return { kind: 'key', key: masterKeyFromText(text) }
}

/**
 * Makes the master key of a folder that has none. It is on disk before anything is sealed with it; when two processes start at once,
 * both use the one that came first.
 */
export async function makeMasterKey(folder: string, random: Random): Promise<FoundMasterKey> {
  makeFolder(folder)
  const text = `${Buffer.from(random.fill(new Uint8Array(32))).toString('base64url')}\n`
  await writeDurably({ path: masterKeyPath(folder), text, random }, 'once')
  return readMasterKey(folder)
}
