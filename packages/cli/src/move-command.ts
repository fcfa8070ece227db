import { Command } from 'commander'
import type { Moved } from '@posthorn/server'
import { printFaults } from './config-command.ts'
import { progressSpeaker } from './progress-speaker.ts'
import { settingsSources, withSettings } from './settings-sources.ts'

/** `posthorn move`. */
export function moveCommand(): Command {
  return withSettings(new Command('move'))
    .description('Move the store of a data folder into an empty PostgreSQL database, or back. The server has to be stopped.')
    .option('--back', 'From the PostgreSQL database into a data folder that has no database.')
    .option('--json', 'As JSON, for programs.')
    .addHelpText(
      'after',
      `
Examples:
  posthorn move --data /var/lib/posthorn --database-url postgres://posthorn@db/posthorn
  posthorn serve --data /var/lib/posthorn --database-url postgres://posthorn@db/posthorn
  posthorn move --back --data /var/lib/posthorn --database-url postgres://posthorn@db/posthorn

All of it arrives in one commit, or nothing does. Then posthorn.db is called posthorn.db.moved, or the database is marked, so that nothing
serves both; what is left behind is yours to keep or to remove.
The master key stays the same: the one in the folder, or POSTHORN_MASTER_KEY. Make a backup first.

Exit codes: 0 moved, 1 failed, 2 wrong usage or configuration.`,
    )
    .action(move)
}

async function move(options: Readonly<Record<string, unknown>>): Promise<void> {
  const sources = settingsSources(options)
  const { moveStore, StartError } = await import('@posthorn/server')
  try {
    const moved = await moveStore({ ...sources, back: options['back'] === true }, progressSpeaker())
    process.stdout.write(options['json'] === true ? `${JSON.stringify(moved)}\n` : reportOf(moved))
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    printFaults(error.faults)
  }
}

function reportOf({ from, to, keptAs, amount }: Moved): string {
  const place = to === 'postgres' ? 'the database' : keptAs
  const lines =
    amount === undefined
      ? [`The store of ${from} was in ${to === 'postgres' ? 'the database' : 'the folder'} already.`]
      : [
          `The store of ${from} is in ${place} now: ${amount.rows.toLocaleString('en')} rows, ${amount.files.toLocaleString('en')} files.`,
          ...(amount.filesMissing > 0
            ? [`${amount.filesMissing.toLocaleString('en')} files were not there: their downloads stay 404.`]
            : []),
        ]
  const next =
    to === 'postgres'
      ? `The old file is ${keptAs}. Start the server with POSTHORN_DATABASE_URL or --database-url from now on.`
      : 'The database is marked as moved. Start the server without POSTHORN_DATABASE_URL and --database-url from now on.'
  return `${[...lines, next].join('\n')}\n`
}
