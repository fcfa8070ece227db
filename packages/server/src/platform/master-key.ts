import { readFile, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hasCode, syncFolder, writeDurably } from './durable-file.ts'
import type { Failpoint } from './failpoint.ts'
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

/** Where a key lies that may be the store's soon, or is already: a process that changes the key may be killed before or after the store knows the new one. */
function nextMasterKeyPath(folder: string): string {
  return join(folder, 'master.key.new')
}

/** The master key of this data folder. Makes nothing: whether one may be made is decided by what the store holds. */
export function readMasterKey(folder: string): Promise<FoundMasterKey> {
  return readKey(masterKeyPath(folder))
}

export function readNextMasterKey(folder: string): Promise<FoundMasterKey> {
  return readKey(nextMasterKeyPath(folder))
}

async function readKey(path: string): Promise<FoundMasterKey> {
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

export function newMasterKeyText(random: Random): string {
  return Buffer.from(random.fill(new Uint8Array(32))).toString('base64url')
}

/**
 * Makes the master key of a folder that has none. It is on disk before anything is sealed with it; when two processes start at once,
 * both use the one that came first.
 */
export async function makeMasterKey(folder: string, random: Random): Promise<FoundMasterKey> {
  makeFolder(folder)
  await writeDurably({ path: masterKeyPath(folder), text: `${newMasterKeyText(random)}\n`, random }, 'once')
  return readMasterKey(folder)
}

/** Puts a key beside the present one. What an earlier change left there without the store ever knowing it is replaced: somebody may have read it. */
export async function keepNextMasterKey(folder: string, text: string, random: Random): Promise<void> {
  await writeDurably({ path: nextMasterKeyPath(folder), text: `${text.trim()}\n`, random }, 'replace')
}

/**
 * The store knows the key beside the present one: it takes the present one's place, which is kept under its id, because backups open with
 * nothing else. Answers with where. May be repeated, by whom- and wherever it was cut short.
 */
export async function takeNextMasterKey(
  folder: string,
  { random, failpoint, former }: { readonly random: Random; readonly failpoint: Failpoint; readonly former: MasterKey | undefined },
): Promise<string | undefined> {
  const path = masterKeyPath(folder)
  const kept = former && `${path}.${former.id}`
  if (former && kept) await writeDurably({ path: kept, text: `${Buffer.from(former.key).toString()}\n`, random }, 'once')
  failpoint('key.kept')
  try {
    await rename(nextMasterKeyPath(folder), path)
  } catch (error) {
    // Another process was faster.
    if (!hasCode(error, 'ENOENT')) throw error
  }
  await syncFolder(dirname(path))
  return kept
}
