import { Command } from 'commander'
import { printFaults } from './config-command.ts'
import { settingsSources, withSettings } from './settings-sources.ts'

/** `posthorn link`. */
export function linkCommand(): Command {
  return withSettings(new Command('link'))
    .description('Make a link that lets whoever opens it in as an owner: the first one, or one who is locked out. Once, within an hour.')
    .addHelpText(
      'after',
      `
Examples:
  posthorn link
  posthorn link --data /var/lib/posthorn --public-url https://hooks.example.com

It is to be run where the server runs, with its settings: the link is sealed with the master key. The server may run beside it.`,
    )
    .action(link)
}

async function link(options: Readonly<Record<string, unknown>>): Promise<void> {
  const sources = settingsSources(options)
  const { makeLink, StartError } = await import('@posthorn/server')
  try {
    process.stdout.write(`${await makeLink(sources)}\n`)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    printFaults(error.faults)
  }
}
