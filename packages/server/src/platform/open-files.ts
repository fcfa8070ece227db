import { close, open, readFileSync } from 'node:fs'
import type { Server } from 'node:net'
import type { Clock, Timer } from './clock.ts'
import type { Log } from './log.ts'

/**
 * The limit of open files. At it, the system's library takes connections and closes them without a word to anybody, files cannot be opened
 * and nothing is sent. So connections from outside leave room for the rest, and what is refused is told.
 */
export interface OpenFiles {
  /** Undefined where the system does not say. */
  readonly limit: number | undefined
  /** Bounds the connections of a server, and tells of those that are dropped. */
  watch(server: Server): void
  start(): void
  stop(): void
}

export interface OpenFilesOptions {
  readonly clock: Clock
  readonly log: Pick<Log, 'warn' | 'error'>
  /** What the process may want beside connections from outside: those to receivers and to the database, and files. */
  readonly ownMax: number
  readonly limit?: number | undefined
}

const LOOK_MS = 1000
const SAY_AGAIN_MS = 60_000
/** Where the limit is too low for all, callers get this part of it. */
const CALLERS_PART = 0.4

export function createOpenFiles({ clock, log, ownMax, limit = openFilesMax() }: OpenFilesOptions): OpenFiles {
  const saidAt = new Map<string, { at: number; leftOut: number }>()
  let timer: Timer | undefined

  /** One line a minute for each. */
  const say = (event: string, fields: Readonly<Record<string, unknown>>): void => {
    const last = saidAt.get(event)
    if (last !== undefined && clock.monotonic() - last.at < SAY_AGAIN_MS) return void last.leftOut++
    saidAt.set(event, { at: clock.monotonic(), leftOut: 0 })
    log.error(event, { ...fields, leftOut: last?.leftOut ?? 0 })
  }

  /** The only way to notice: there is no event for it. */
  const look = (): void => {
    open('/dev/null', 'r', (error, file) => {
      if (error === null) close(file)
      else if (error.code === 'EMFILE' || error.code === 'ENFILE') {
        const whose = error.code === 'EMFILE' ? 'this process (ulimit -n)' : 'the whole machine (fs.file-max)'
        say('server.files.exhausted', { limit, why: `The limit of open files of ${whose} is reached: connections are reset. Raise it.` })
      }
    })
    timer = clock.after(LOOK_MS, look)
  }

  return {
    limit,
    watch(server) {
      const before = server.maxConnections
      const room = limit === undefined ? before : Math.max(Math.floor(limit * CALLERS_PART), limit - ownMax)
      if (room < before) {
        server.maxConnections = room
        const why = `The limit of open files (ulimit -n) is ${limit}; ${before + ownMax} may be needed. Beyond ${room} connections callers are refused.`
        log.warn('server.files.few', { limit, needed: before + ownMax, connectionsMax: room, why })
      }
      server.on('drop', () => {
        const why = room < before ? `the limit of open files (${limit}, ulimit -n) leaves room for no more` : 'no process takes more'
        say('server.connections.exhausted', { limit: server.maxConnections, why })
      })
    },
    start: look,
    stop: () => timer?.cancel(),
  }
}

/** The soft limit, which Node itself raises as far as it may; Linux only. */
function openFilesMax(): number | undefined {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return soft === undefined ? undefined : Number(soft)
  } catch {
    return undefined
  }
}
