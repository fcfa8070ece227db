// The `posthorn` command. Each command stands in a file of its own; this one names them and decides the exit code.
import { Command, CommanderError } from 'commander'
import { configCommand } from './config-command.ts'
import { exitCodes } from './exit-codes.ts'
import { serveCommand } from './serve-command.ts'

const program = new Command('posthorn')
  .description('Receive webhooks, run flows, answer, deliver.')
  .addCommand(serveCommand())
  .addCommand(configCommand())
  .showSuggestionAfterError()
  .addHelpText(
    'after',
    `
Examples:
  posthorn serve --dev                 Try it on this machine, with http and loopback targets allowed.
  posthorn serve --port 8400 --data /var/lib/posthorn
  posthorn config print                Show the settings in force, secrets masked.

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.`,
  )

for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) command.exitOverride()

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  else {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = exitCodes.failed
  }
}
