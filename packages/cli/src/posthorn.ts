// The `posthorn` command. Each command stands in a file of its own; this one names them and decides the exit code.
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { exitCodes, UsageError } from './exit-codes.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
const program = new Command('posthorn')
  .version(version, '-V, --version', 'show the version')
  // Else it would take the --version of `flow export` for itself.
  .enablePositionalOptions()
  .description('Receive webhooks, run flows, answer, deliver.')
  .showSuggestionAfterError()
  .addHelpText(
    'after',
    `
Examples:
  posthorn serve --dev                 Try it on this machine, with http and loopback targets allowed.
  posthorn serve --port 8400 --data /var/lib/posthorn
  posthorn check --data /var/lib/posthorn
  posthorn move --data /var/lib/posthorn --database-url postgres://posthorn@db/posthorn
  posthorn master-key change --data /var/lib/posthorn
  posthorn link                        Let the first owner in, or one who is locked out.
  posthorn config print                Show the settings in force, secrets masked.
  posthorn listener create --data '{ "name": "Orders", "suffix": "/orders", "auth": { "kind": "none" } }'
  posthorn request list <listener> --status rejected
  posthorn listen --forward-to http://localhost:3000/webhooks
  posthorn verify body.json --header @headers.txt --secret @secret.txt
  posthorn flow check flows/orders.yaml
  posthorn flow run flows/orders.yaml --body @order.json
  posthorn run create --wait 10 --data '{ "flow": "nightly", "document": { "day": 1 } }'

Commands that call a server take --url (POSTHORN_URL) and --token (POSTHORN_API_KEY).

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.`,
  )

// Whoever read on has seen enough: `posthorn request list ... | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

// A server needs no client, and calling one needs neither the server's code nor its settings: each starts faster without the other.
const forServers = ['serve', 'config', 'check', 'link', 'move', 'master-key']
const asked = process.argv[2] ?? ''
const commands = forServers.includes(asked) ? [] : await clientCommands()
if (!commands.some((command) => [command.name(), ...command.aliases()].includes(asked))) commands.unshift(...(await serverCommands()))
for (const command of commands) program.addCommand(command)

for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
  command.exitOverride().showHelpAfterError(wayOut(command))

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  else {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failed
  }
}

/** Behind what is wrong with the words of a command. */
function wayOut(command: Command): string {
  const names: string[] = []
  for (let at: Command | null = command; at; at = at.parent) names.unshift(at.name())
  const body = command.options.some(({ long }) => long === '--data') ? ' The fields of the body are given as JSON in --data.' : ''
  return `"${names.join(' ')} --help" says what there is.${body}`
}

async function clientCommands(): Promise<Command[]> {
  const [api, check, copy, run, { listenCommand }, { signCommand, verifyCommand }] = await Promise.all([
    import('./api-command.ts'),
    import('./flow-check-command.ts'),
    import('./flow-copy-commands.ts'),
    import('./flow-run-command.ts'),
    import('./listen-command.ts'),
    import('./signing-commands.ts'),
  ])
  const commands = [signCommand(), verifyCommand(), listenCommand(), ...api.apiCommands()]
  const flow = commands.find((command) => command.name() === 'flow')!
  const ofFiles = [check.flowCheckCommand(), run.flowRunCommand(), copy.flowExportCommand(), copy.flowImportCommand()]
  for (const command of ofFiles) flow.addCommand(command)
  return commands
}

async function serverCommands(): Promise<Command[]> {
  const [serve, config, check, link, masterKey, move] = await Promise.all([
    import('./serve-command.ts'),
    import('./config-command.ts'),
    import('./check-command.ts'),
    import('./link-command.ts'),
    import('./master-key-command.ts'),
    import('./move-command.ts'),
  ])
  return [
    ...[serve.serveCommand(), config.configCommand(), check.checkCommand()],
    ...[link.linkCommand(), masterKey.masterKeyCommand(), move.moveCommand()],
  ]
}
