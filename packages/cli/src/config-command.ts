import { Command } from 'commander'
import { printConfig, readConfig } from '@posthorn/server/config'
import { exitCodes } from './exit-codes.ts'
import { settingsSources, withSettings } from './settings-sources.ts'

/** `posthorn config print`. */
export function configCommand(): Command {
  const print = withSettings(new Command('print'))
    .description('Show the settings in force, secrets masked.')
    .action((options: Readonly<Record<string, unknown>>) => {
      const result = readConfig(settingsSources(options))
      if (result.kind === 'ok') return void process.stdout.write(printConfig(result.config))
      printFaults(result.faults)
    })
  return new Command('config').description('Look at the configuration.').addCommand(print)
}

/** One fault a line, so that all of them can be mended at once. */
export function printFaults(faults: readonly string[]): void {
  for (const fault of faults) console.error(fault)
  process.exitCode = exitCodes.usage
}
