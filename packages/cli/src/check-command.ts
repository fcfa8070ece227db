import { Command } from 'commander'
import type { StoreCheck } from '@posthorn/server'
import { printFaults } from './config-command.ts'
import { exitCodes } from './exit-codes.ts'
import { settingsSources, withSettings } from './settings-sources.ts'

/** `posthorn check`. */
export function checkCommand(): Command {
  return withSettings(new Command('check'))
    .description('Read all of the store and say which tables are damaged. Changes nothing, and may run beside the server.')
    .option('--json', 'As JSON, for programs.')
    .addHelpText(
      'after',
      `
Examples:
  posthorn check --data /var/lib/posthorn
  posthorn check --database-url postgres://posthorn@db/posthorn --json

Exit codes: 0 sound, 1 damaged, 2 wrong usage or configuration.`,
    )
    .action(check)
}

async function check(options: Readonly<Record<string, unknown>>): Promise<void> {
  const sources = settingsSources(options)
  const { checkStore, isSound, StartError } = await import('@posthorn/server')
  try {
    const found = await checkStore(sources)
    const sound = isSound(found)
    process.stdout.write(options['json'] === true ? `${JSON.stringify({ ...found, sound })}\n` : reportOf(found))
    process.exitCode = sound ? exitCodes.done : exitCodes.failed
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    printFaults(error.faults)
  }
}

function reportOf({ place, tables, faults, notes }: StoreCheck): string {
  const damaged = tables.filter((table) => table.faults.length > 0)
  const lines = [
    ...faults.map((fault) => `${place}: ${fault}`),
    ...damaged.flatMap((table) => table.faults.map((fault) => `table ${table.table}: ${fault}`)),
    damaged.length + faults.length === 0
      ? `${place}: ${tables.length} tables were read, and nothing is wrong with them.`
      : `${place} is damaged${damaged.length === 0 ? '' : ` in ${damaged.length} of ${tables.length} tables: ${damaged.map(({ table }) => table).join(', ')}`}. Restore a backup (docs/operations.md, "Backup and restore").`,
    ...notes,
  ]
  return `${lines.join('\n')}\n`
}
