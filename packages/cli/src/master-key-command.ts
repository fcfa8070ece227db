import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import type { ChangedMasterKey } from '@posthorn/server'
import { printFaults } from './config-command.ts'
import { UsageError } from './exit-codes.ts'
import { progressSpeaker } from './progress-speaker.ts'
import { settingsSources, withSettings } from './settings-sources.ts'

/** `posthorn master-key change`. */
export function masterKeyCommand(): Command {
  const change = withSettings(new Command('change'))
    .description('Seal all that the store keeps sealed under a new master key. Every server has to be stopped.')
    .option('--new-key-file <file>', 'File with the new key; "-" reads it from standard input. Default: one is made in the data folder.')
    .option('--json', 'As JSON, for programs.')
    .addHelpText(
      'after',
      `
Examples:
  posthorn master-key change --data /var/lib/posthorn
  openssl rand -base64 32 > new.key
  POSTHORN_MASTER_KEY=... posthorn master-key change --database-url postgres://posthorn@db/posthorn --new-key-file new.key

The present key is the one in the folder, or POSTHORN_MASTER_KEY. All of it is sealed anew in one commit, or nothing is; killed at any
moment, the next start finds the key. Backups made until then open with the old key only.

Exit codes: 0 changed, 1 failed, 2 wrong usage or configuration.`,
    )
    .action(changeKey)
  return new Command('master-key').description('Change the key that secrets are sealed under.').addCommand(change)
}

async function changeKey(options: Readonly<Record<string, unknown>>): Promise<void> {
  const newKey = readNewKey(options['newKeyFile'] as string | undefined)
  const sources = { ...settingsSources(options), newKey }
  const { changeMasterKey, StartError } = await import('@posthorn/server')
  try {
    const changed = await changeMasterKey(sources, progressSpeaker())
    process.stdout.write(options['json'] === true ? `${JSON.stringify(changed)}\n` : reportOf(changed))
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    printFaults(error.faults)
  }
}

function readNewKey(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`The file with the new key, ${path}, cannot be read (${code}). Name another one with --new-key-file.`)
  }
}

function reportOf({ now, before, keptAs, isInFolder, amount }: ChangedMasterKey): string {
  const lines =
    amount === undefined
      ? [`The store was sealed under the master key ${now} already.`]
      : [
          `All that the store keeps sealed, ${amount.texts.toLocaleString('en')} texts, is under the master key ${now} now, instead of ${before}.`,
        ]
  if (amount !== undefined && amount.leftClosed > 0) {
    lines.push(`${amount.leftClosed.toLocaleString('en')} texts that nobody waits for did not open before, and do not now.`)
  }
  if (!isInFolder) lines.push('Start the server with the new key in POSTHORN_MASTER_KEY from now on.')
  if (keptAs !== undefined) lines.push(`The old key is ${keptAs}: it opens backups made until now. Keep it with them, and remove it here.`)
  return `${lines.join('\n')}\n`
}
