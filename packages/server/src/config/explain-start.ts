import { join, resolve, sep } from 'node:path'
import { explainDatabase } from './explain-database.ts'
import { explainFolder } from './explain-folder.ts'
import type { Config } from './settings.ts'

/** What errors of the system, of SQLite and of PostgreSQL say of themselves. */
export interface CodedError extends Error {
  readonly code?: string
  readonly path?: string
  readonly syscall?: string
  readonly port?: number
}

/** Errors of our own whose message is a sentence for the operator already. */
const SAID = new Set(['FolderInUseError', 'NewerDatabaseError', 'MovedDatabaseError'])

const WRAPPERS = new Set(['AppError', 'CommitUnknownError', 'UnreachableError', 'BrokenError'])

/**
 * Why the server cannot start, as a sentence that names the setting, what is wrong with it, and what to do; undefined for what is no fault
 * of the configuration or of the machine.
 */
export function explainStart(error: unknown, config: Config): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (SAID.has(error.name)) return error.message
  // Once the store is open, its guard has put a word for callers around what happened.
  if (WRAPPERS.has(error.name)) return explainStart(error.cause, config)
  const { code = '', path, syscall } = error as CodedError
  const named = path === undefined ? undefined : settingOfFile(path, config)
  if (named !== undefined) return explainNamedFile(named, code)
  if (syscall === 'listen') return explainListen(error, config)
  if (code.startsWith('SQLITE_')) return explainFile(code, config)
  if (path !== undefined && isOnTheWay(path, config.data)) return explainFolder(config.data, { code, path })
  if (config.databaseUrl !== null) return explainDatabase(error, config.databaseUrl)
  return undefined
}

/** In the folder, or what has to be there for it to be made. */
function isOnTheWay(path: string, folder: string): boolean {
  const [failed, whole] = [resolve(path), resolve(folder)]
  return isWithin(failed, whole) || isWithin(whole, failed)
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

function explainFile(code: string, { data }: Config): string {
  const file = join(data, 'posthorn.db')
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    return `The database file ${file} in POSTHORN_DATA is damaged, or is no SQLite database. Run "posthorn check" to see which tables, and restore a backup (docs/operations.md).`
  }
  return explainFolder(data, { code, path: file })
}

/** Two listeners may be meant: the one whose port is named. */
function explainListen(error: CodedError, { port, host, ingressPort }: Config): string | undefined {
  const own = error.port !== undefined && error.port === ingressPort && error.port !== port
  const [name, flag] = own ? ['POSTHORN_INGRESS_PORT', '--ingress-port'] : ['POSTHORN_PORT', '--port']
  const at = error.port ?? port
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${at} is in use on ${host}. Choose another one with ${name} or ${flag}.`
    case 'EACCES':
      return `Port ${at} may not be opened by this user, as ports below 1024 often may not. Choose another one with ${name} or ${flag}.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return `POSTHORN_HOST is ${host}, which is no address of this machine. Use 127.0.0.1, or 0.0.0.0 to be reached from others.`
    default:
      return `Port ${at} of ${host} cannot be listened on (${error.code}). Look at ${name} and POSTHORN_HOST.`
  }
}

interface NamedFile {
  readonly setting: string
  readonly file: string
  /** What should be in it. */
  readonly holds: string
}

/** The setting that names this file, where one does. */
function settingOfFile(path: string, { egressCa, tlsCert, tlsKey, tlsClientCa }: Config): NamedFile | undefined {
  const named = { POSTHORN_EGRESS_CA: egressCa, POSTHORN_TLS_CERT: tlsCert, POSTHORN_TLS_KEY: tlsKey, POSTHORN_TLS_CLIENT_CA: tlsClientCa }
  const [setting] = Object.entries(named).find(([, file]) => file === path) ?? []
  return setting === undefined ? undefined : { setting, file: path, holds: path === tlsKey ? 'a private key' : 'certificates' }
}

function explainNamedFile({ setting, file, holds }: NamedFile, code: string): string {
  const why = { ENOENT: 'is not there', EACCES: 'may not be read by this user', EISDIR: 'is a folder' }[code] ?? `cannot be read (${code})`
  return `The file ${file} that ${setting} names ${why}. Name a file with ${holds} in PEM form, or leave the setting out.`
}
