import type { Config } from '@posthorn/server/config'
import { createLog, LineWriter, systemClock } from '@posthorn/server/for-supervisor'
import { exitCodes } from '../exit-codes.ts'
import { Supervisor } from './supervisor.ts'

/** Runs so many workers until it is told to stop, and ends the process. */
export async function supervise({ workers, logLevel }: Pick<Config, 'workers' | 'logLevel'>): Promise<never> {
  const lines = new LineWriter({ clock: systemClock })
  const log = createLog({ level: logLevel, clock: systemClock, write: (line) => lines.write(line) })
  const after = (delayMs: number, fire: () => void) => void setTimeout(fire, delayMs)
  const onWelcome = (welcome: string) => void process.stdout.write(welcome)
  const supervisor = new Supervisor({ workers, argv: process.argv, log, onWelcome, after })
  let stopping = false
  const stop = () => {
    stopping = true
    supervisor.stop()
  }
  // The same signals as a single process has, and the same second one.
  const onSignal = () => (stopping ? supervisor.cut(exitCodes.interrupted) : stop())
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  process.on('SIGHUP', stop)
  const code = await supervisor.run()
  lines.close()
  process.exit(code)
}
