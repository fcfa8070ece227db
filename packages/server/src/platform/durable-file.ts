import { link, open, rename, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Random } from './random.ts'

export interface DurableFile {
  readonly path: string
  readonly text: string
  readonly random: Random
}

/**
 * Writes a small file that only its owner reads. It appears complete or not at all, and is on disk, with its name, when this resolves.
 * `once`: what is there already stays, and the answer is false.
 */
export async function writeDurably({ path, text, random }: DurableFile, mode: 'once' | 'replace'): Promise<boolean> {
  const folder = dirname(path)
  const draft = join(folder, `.${basename(path)}.${Buffer.from(random.fill(new Uint8Array(6))).toString('hex')}`)
  try {
    await write(draft, text)
    if (mode === 'replace') await rename(draft, path)
    // Unlike a rename, a link never replaces what another process made meanwhile.
    else if (!(await linkOnce(draft, path))) return false
  } finally {
    // Not there any more after a rename. On a full disk each try would leave one, with what only the owner may read.
    await unlink(draft).catch(() => undefined)
  }
  await syncFolder(folder)
  return true
}

async function write(path: string, text: string): Promise<void> {
  const file: FileHandle = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function linkOnce(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Puts on disk which names a folder has. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
