import type { Log, LogLevel } from '../log.ts'
import type { LogFields } from '../say-once.ts'

const silence = () => {}

/** Says nothing. */
export const silentLog: Log = { debug: silence, info: silence, warn: silence, error: silence, child: () => silentLog }

export interface LogEntry {
  readonly level: Exclude<LogLevel, 'silent'>
  readonly event: string
  readonly fields: LogFields
}

/** Keeps what was said, for tests. */
export function createCollectingLog(entries: LogEntry[] = [], bound: LogFields = {}): Log & { readonly entries: readonly LogEntry[] } {
  const at = (level: LogEntry['level']) => (event: string, fields?: LogFields) => {
    entries.push({ level, event, fields: { ...bound, ...fields } })
  }
  return {
    entries,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => createCollectingLog(entries, { ...bound, ...fields }),
  }
}
