import { close, open, readFileSync } from 'node:fs'
import type { Server } from 'node:net'
import type { Clock, Timer } from './clock.ts'
import type { Log } from './log.ts'
import type { LogFields } from './say-once.ts'
import { createSayOnce } from './say-once.ts'

/**
 * The limit of open files. At it, the system's library takes connections and closes them without a word to anybody, files cannot be opened
 * and nothing is sent. So connections from outside leave room for the rest, and what is refused is reported.
 */
export interface OpenFiles {
  /** Bounds the connections of servers, each to its part of what there is, and reports those that are dropped. */
  watch(servers: readonly Server[]): void
  start(): void
  stop(): void
}

export interface OpenFilesOptions {
  readonly clock: Clock
  readonly log: Pick<Log, 'warn' | 'error'>
  /** What the process may want beside connections from outside: those to receivers and to the database, and files. */
  readonly ownMax: number
  /** Absent: what the system says. */
  readonly limit?: number | undefined
}

const LOOK_MS = 1000
/** Where the limit is too low for all, callers get this part of it. */
const CALLERS_PART = 0.4

export function createOpenFiles({ clock, log, ownMax, limit = openFilesMax() }: OpenFilesOptions): OpenFiles {
  const sayOnce = createSayOnce(clock)
  let timer: Timer | undefined

  const say = (event: string, fields: LogFields): void => {
    const said = sayOnce.pass(event, fields)
    if (said !== undefined) log.error(event, said)
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
    watch(servers) {
      const wanted = servers.reduce((sum, { maxConnections }) => sum + maxConnections, 0)
      const room = limit === undefined ? wanted : Math.max(Math.floor(limit * CALLERS_PART), limit - ownMax)
      const isFew = room < wanted
      if (isFew) {
        for (const server of servers) server.maxConnections = Math.max(1, Math.floor((server.maxConnections / wanted) * room))
        const why = `The limit of open files (ulimit -n) is ${limit}; ${wanted + ownMax} may be needed. Beyond ${room} connections callers are refused.`
        log.warn('server.files.few', { limit, needed: wanted + ownMax, connectionsMax: room, why })
      }
      for (const server of servers) {
        server.on('drop', () => {
          const why = isFew ? `the limit of open files (${limit}, ulimit -n) leaves room for no more` : 'no process takes more'
          say('server.connections.exhausted', { limit: server.maxConnections, why })
        })
      }
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
