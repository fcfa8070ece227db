import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { apiOperations, PosthornError, type ApiOperation } from '@posthorn/sdk'
import { afterword } from './afterwords.ts'
import { parseExactly } from './exact-digits.ts'
import { exitCodes } from './exit-codes.ts'
import { hasFailed } from './failed-tries.ts'
import { printAnswer, printItem, tableOf } from './print-answer.ts'
import { clientOf, withApplication, withServer } from './server-options.ts'

/** A command for each noun of the API, with one for each of its operations: `posthorn listener list`. */
export function apiCommands(): Command[] {
  return [...Map.groupBy(apiOperations, ({ resource }) => resource)].map(([resource, operations]) => {
    const command = new Command(kebabCase(resource)).description(nouns[resource] ?? '')
    // What paths, the option of all other commands and Svix call it.
    if (resource === 'application') command.alias('app')
    for (const operation of operations) command.addCommand(operationCommand(operation))
    return command
  })
}

/** What each noun is. A test sees that none is missing. */
const nouns: Readonly<Record<string, string>> = {
  application: 'Customers, teams or products: each owns its endpoints, listeners and flows.',
  plan: 'What applications may use: endpoints, deliveries an hour, retries, timeouts.',
  eventType: 'Names of events, with example and schema.',
  endpoint: 'URLs that subscribed to event types.',
  filter: 'Try which payloads an endpoint would get.',
  transformation: 'Try what an endpoint would make of a payload.',
  message: 'Events as recorded, to be sent to every matching endpoint.',
  messageAttempt: 'HTTP tries of messages.',
  delivery: 'Messages and steps on their way to one URL.',
  replay: 'Deliveries sent once more, many at a time.',
  system: 'Senders that listeners know, and what each asks for.',
  listener: 'Public URLs where requests arrive.',
  request: 'Inbound requests as recorded, accepted or rejected.',
  flow: 'What runs when a request, a job or an event comes.',
  schedule: 'When a schedule would start its flow.',
  stepKind: 'What flows are made of.',
  mapping: 'Single fields of flows, to try them.',
  template: 'Flows with listeners and endpoints that work as shipped.',
  run: 'Executions of flows; start jobs.',
  trail: 'The way of an event, from any part of it.',
  connection: 'Addresses and credentials that http_request steps call with.',
  secret: 'Named secrets of flows, listeners and connections; their values go in and never out.',
  key: 'Keys of the API.',
  member: 'People who sign in, and what each may do.',
  session: 'Sessions of browsers, and links that set a password.',
  me: 'Who calls, and what they may do.',
  authentication: "Give an application's people access to its portal, and end it.",
  audit: 'Who changed what.',
  entry: 'Documents and files of the silo, and files that came with requests.',
  issue: 'What needs attention, and what helps.',
  view: 'Filters of lists that are kept under a name.',
  portal: 'Pages for the people of a customer, and how they look.',
  stream: 'What comes and changes, live.',
  install: 'Which version runs, on which store, with which settings.',
  health: 'Whether a server can do its work.',
}

function operationCommand(operation: ApiOperation): Command {
  const command = new Command(kebabCase(operation.verb)).description(`${operation.summary}.`)
  for (const { name, in: place, description } of operation.parameters) {
    if (name === 'app_id' && operation.resource !== 'application') withApplication(command)
    else if (place === 'path') command.argument(`<${kebabCase(name)}>`)
    else command.option(`--${kebabCase(name)} <value>`, description)
  }
  if (operation.body) command.option('-d, --data <json>', 'The body: JSON, @file, or - for standard input.')
  if (operation.method === 'POST')
    command.option('--idempotency-key <key>', 'The same key with the same body answers as the first call did.')
  if (operation.ifMatch) command.option('--if-match <revision>', 'Only if this is what is there still: its `revision` or `version`.')
  if (operation.list) command.option('--all', 'Read every page, one JSON a line.')
  return withServer(command.option('--json', 'JSON, also where a table would be shown.')).action(async (...given: unknown[]) => {
    // commander hands in the arguments, then the options, then the command.
    const options = given.at(-2) as Readonly<Record<string, string | true>>
    await call(command, operation, { parts: given.slice(0, -2) as string[], options })
  })
}

type Method = (...given: unknown[]) => Promise<unknown> & AsyncIterable<unknown>

async function call(
  command: Command,
  operation: ApiOperation,
  { parts, options }: { parts: readonly string[]; options: Readonly<Record<string, string | true>> },
): Promise<void> {
  const client = clientOf(options as Readonly<Record<string, string>>, { parse: parseExactly })
  const methods = client as unknown as Readonly<Record<string, Readonly<Record<string, Method>>>>
  const { resource, verb, parameters, body, list } = operation
  const remaining = [...parts]
  const path = parameters
    .filter((one) => one.in === 'path')
    .map(({ name }) => (name === 'app_id' && resource !== 'application' ? options['app'] : remaining.shift()))
  const query = parameters.filter((one) => one.in === 'query').map(({ name }) => [name, options[camelCase(name)]] as const)
  const sent = body ? readBody(command, options['data']) : undefined
  const given = [
    ...path,
    ...(body ? [sent] : []),
    ...(query.length > 0 ? [Object.fromEntries(query)] : []),
    {
      ...(options['idempotencyKey'] !== undefined && { idempotencyKey: options['idempotencyKey'] }),
      ...(options['ifMatch'] !== undefined && { ifMatch: options['ifMatch'] }),
    },
  ]
  try {
    const all = list && options['all'] === true
    const answered = methods[resource]![all ? `${verb}All` : verb]!(...given)
    const isTable = operation.method === 'GET' && options['json'] !== true && process.stdout.isTTY
    if (all || operation.answer === 'events') for await (const item of answered) printItem(item)
    else {
      const answer = await answered
      printAnswer(answer, { table: isTable ? tableOf : undefined })
      const word = await afterword(operation.id, { client, path: path as string[], sent, answer })
      if (word !== undefined) process.stderr.write(`${word}\n`)
      if (hasFailed(operation.id, answer)) process.exitCode = exitCodes.failed
    }
  } catch (error) {
    if (!(error instanceof PosthornError)) throw error
    console.error(error.message)
    process.exitCode = exitCodes.failed
  }
}

function readBody(command: Command, data: string | true | undefined): unknown {
  if (data === undefined) return {}
  const text = String(data)
  try {
    return parseExactly(text === '-' ? readFileSync(0, 'utf8') : text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text)
  } catch (error) {
    return command.error(`--data cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function kebabCase(name: string): string {
  return name.replaceAll('_', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
