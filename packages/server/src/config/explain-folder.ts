import { accessSync, constants, lstatSync, readlinkSync, statSync, type Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** What the failed call said. */
export interface FolderFailure {
  readonly code: string
  readonly path: string
}

/** Why the data folder cannot be used. Looked at anew, because SQLite only says that it cannot open, and `mkdir` blames what it meets first. */
export function explainFolder(folder: string, { code, path }: FolderFailure): string {
  const whole = resolve(folder)
  const place = nearest(whole)
  const other = 'or name another folder with POSTHORN_DATA or --data'
  if (place.stats === undefined) return `POSTHORN_DATA is ${folder}, of which nothing can be looked at (${code}). Name another folder.`
  if (!place.stats.isDirectory()) return `POSTHORN_DATA is ${folder}, but ${place.path} is a file and no folder. Move it away, ${other}.`
  const link = deadLink(whole, place.path)
  if (link !== undefined) {
    return `POSTHORN_DATA is ${folder}, but ${link} is a link to ${readlinkSync(link)}, which is not there. Mount or make that, ${other}.`
  }
  if (code === 'EROFS') return `POSTHORN_DATA is ${folder}, which is mounted read only. Mount it for writing, ${other}.`
  if (/^(ENOSPC|EDQUOT|SQLITE_FULL|SQLITE_IOERR_SHMSIZE)/.test(code)) {
    return `There is no room on the disk of the data folder ${folder} (POSTHORN_DATA). Make room, ${other}.`
  }
  const refused = [place.path, ...(place.path === whole ? [resolve(path)] : [])].find((one) => !mayWrite(one))
  if (refused !== undefined) {
    const what = refused === whole ? 'it' : refused
    return `POSTHORN_DATA is ${folder}, but ${what} may not be written by this user${ownerOf(refused)}. Give it to this user, ${other}.`
  }
  return `The data folder ${folder} (POSTHORN_DATA) cannot be used: ${path} failed with ${code}. Look at its disk, ${other}.`
}

/** The folder, or what is there of the way to it. */
function nearest(path: string): { readonly path: string; readonly stats: Stats | undefined } {
  for (let at = path; ; at = dirname(at)) {
    const stats = look(at)
    if (stats !== undefined || at === dirname(at)) return { path: at, stats }
  }
}

/** What stands behind the last that is there, and leads to nothing, as a link to a disk that is not mounted. */
function deadLink(path: string, there: string): string | undefined {
  let at = path
  while (at !== there && dirname(at) !== there) at = dirname(at)
  return at !== there && lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() ? at : undefined
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** What is not there yet is not what refuses. */
function mayWrite(path: string): boolean {
  const stats = look(path)
  if (stats === undefined) return true
  try {
    accessSync(path, stats.isDirectory() ? constants.W_OK | constants.X_OK : constants.W_OK | constants.R_OK)
    return true
  } catch {
    return false
  }
}

function ownerOf(path: string): string {
  const own = process.getuid?.()
  const owner = look(path)?.uid
  return own === undefined || owner === undefined || own === owner ? '' : ` (number ${own}; it belongs to number ${owner})`
}
