import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, writeDurably } from './durable-file.ts'
import type { Random } from './random.ts'

/** Beside the key and the embedded database: the id of the store that this folder has served. Written when the store knows its key, never before. */
export function storeMarkPath(folder: string): string {
  return join(folder, 'store.id')
}

/** Undefined: no store was ever complete here, so nothing can be missing. */
export async function readStoreMark(folder: string): Promise<string | undefined> {
  try {
    return (await readFile(storeMarkPath(folder), 'utf8')).trim()
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined
    throw error
  }
}

export async function writeStoreMark(folder: string, storeId: string, random: Random): Promise<void> {
  await writeDurably({ path: storeMarkPath(folder), text: `${storeId}\n`, random }, 'replace')
}
