import pino from 'pino'
import { isPassing } from '#domain'
import type { Clock } from './clock.ts'
import { createSayOnce, type LogFields, type SayOnce } from './say-once.ts'

/**
 * What happened, as an event name and fields. Names are `room.noun.past`, such as `delivery.attempt.failed`; fields are camelCase.
 * Secrets are wrapped in `Secret`, which prints `[secret]`; URLs of customers and bodies do not belong here.
 */
export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
  /** A log that adds `fields` to every line. */
  child(fields: LogFields): Log
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export interface LogOptions {
  readonly level: LogLevel
  readonly clock: Clock
  /** Where whole lines go; `LineWriter` gives one that never blocks. */
  readonly write: (line: string) => void
}

/** A log of JSON lines: `{"level":"warn","time":"...","event":"delivery.attempt.failed",...}`. */
export function createLog({ level, clock, write }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    { write },
  )
  return overPino(logger, createSayOnce(clock))
}

function overPino(logger: pino.Logger, sayOnce: SayOnce): Log {
  const at = (level: Exclude<LogLevel, 'silent'>) => (event: string, fields: LogFields) => {
    const { error } = fields
    // Refused because of the machine (a full disk, a database that is away): a full disk is no place for a line each.
    const said = isPassing(error) ? sayOnce.pass(`${event} ${error.code}`, fields) : fields
    if (said !== undefined) logger[level](said, event)
  }
  const [info, warn, error] = [at('info'), at('warn'), at('error')]
  return {
    debug: (event, fields) => logger.debug(fields ?? {}, event),
    info: (event, fields = {}) => info(event, fields),
    warn: (event, fields = {}) => warn(event, fields),
    error: (event, fields = {}) => error(event, fields),
    child: (fields) => overPino(logger.child(fields), sayOnce),
  }
}
