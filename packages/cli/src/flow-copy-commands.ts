import { writeFile } from 'node:fs/promises'
import { PosthornError, type FlowIn, type Posthorn } from '@posthorn/sdk'
import { Command } from 'commander'
import { parseExactly } from './exact-digits.ts'
import { exitCodes, UsageError } from './exit-codes.ts'
import { printFaults, readText } from './flow-file.ts'
import { clientOf, withApplication, withServer, type ServerOptions } from './server-options.ts'

interface ExportOptions extends ServerOptions {
  readonly app: string
  readonly version?: string
  readonly format?: string
  readonly output?: string
}

/** `posthorn flow export`: a flow of a server as a file. */
export function flowExportCommand(): Command {
  return withServer(withApplication(new Command('export')))
    .description('Write a flow of a server as a file: its draft, or a version.')
    .argument('<flow-id>', 'By id or uid.')
    .option('--version <number>', 'A version in place of the draft; "published" for the one that runs.')
    .option('-o, --output <file>', 'Else standard output.')
    .option('--format <format>', 'yaml, where notes are comments, or json. Absent: as the name of the file says, else yaml.')
    .addHelpText(
      'after',
      `
Examples:
  posthorn flow export orders -o flows/orders.yaml
  posthorn flow export orders --version published --format json

There are no secrets in a file: steps name them, and the application has them.`,
    )
    .action(exportFlow)
}

async function exportFlow(id: string, options: ExportOptions): Promise<void> {
  const { writeFlowFile } = await import('@posthorn/server/flow-files')
  const format = options.format ?? (options.output?.endsWith('.json') ? 'json' : 'yaml')
  if (format !== 'yaml' && format !== 'json') throw new UsageError(`--format is yaml or json, not "${format}".`)
  const text = await asked(options, async (client) => {
    const flow = await client.flow.get(options.app, id)
    const version = options.version === 'published' ? flow.publishedVersion : options.version
    if (version === null) throw new UsageError('No version of this flow is published.')
    const definition = version === undefined ? draftOf(flow) : (await client.flow.getVersion(options.app, id, String(version))).definition
    const { uid } = flow
    return writeFlowFile({ ...(uid !== null && { uid }), ...definition }, format)
  })
  if (text === undefined) return
  if (options.output === undefined) process.stdout.write(text)
  else await writeFile(options.output, text)
}

/** What stands beside the definition of a flow, where it is read. */
const BESIDE: ReadonlySet<string> = new Set([
  ...['id', 'uid', 'enabled', 'publishedVersion', 'changed', 'nextAt', 'createdAt', 'updatedAt'],
  ...['faults', 'warnings', 'revision', 'savedBy', 'savedByName'],
])

function draftOf(flow: object): object {
  return Object.fromEntries(Object.entries(flow).filter(([name]) => !BESIDE.has(name)))
}

interface ImportOptions extends ServerOptions {
  readonly app: string
  readonly uid?: string
  readonly publish?: true
  readonly note?: string
  readonly ifMatch?: string
}

/** `posthorn flow import`: a file as the draft of a flow of a server. */
export function flowImportCommand(): Command {
  return withServer(withApplication(new Command('import')))
    .description('Make a flow in a file the draft of a flow of a server; one that is not there is made.')
    .argument('<file>', 'YAML or JSON; "-" reads standard input.')
    .option('--uid <uid>', 'Which flow it is, by uid or id. Absent: the `uid` that stands in the file.')
    .option('--publish', 'Publish it too.')
    .option('--note <text>', 'With --publish: what the version is about.')
    .option('--if-match <revision>', 'Only if the draft there is still this one: its `revision`.')
    .addHelpText(
      'after',
      `
Examples:
  posthorn flow import flows/orders.yaml --publish --note "Refuses orders over 1000."
  posthorn flow import orders.json --uid orders --app shop

What is wrong with it is reported with lines, as "posthorn flow check" does.`,
    )
    .action(importFlow)
}

async function importFlow(name: string, options: ImportOptions): Promise<void> {
  const text = await readText(name)
  const { readFlowFile } = await import('@posthorn/server/flow-files')
  const file = readFlowFile(text)
  if (!file.ok) return report(name, file.faults)
  const uid = options.uid ?? file.uid
  if (uid === undefined) throw new UsageError('Say which flow it is: --uid, or a line such as "uid: orders" in the file.')
  await asked(options, async (client) => {
    try {
      const match = options.ifMatch === undefined ? {} : { ifMatch: options.ifMatch }
      const saved = await client.flow.update(options.app, uid, file.definition as FlowIn, match)
      const faults = saved.faults.map(file.place)
      if (faults.length > 0) return report(name, faults)
      const published = options.publish
        ? await client.flow.publish(options.app, uid, options.note === undefined ? {} : { note: options.note }, { ifMatch: saved.revision })
        : undefined
      // Some of them only the server knows: what the listener of the flow does, and what it expects.
      process.stdout.write(printFaults(name, 'warning: ', (published ?? saved).warnings.map(file.place)))
      process.stdout.write(
        published === undefined
          ? `${saved.id} saved, revision ${saved.revision}\n`
          : `${saved.id} published, version ${published.version}\n`,
      )
    } catch (error) {
      if (error instanceof PosthornError && error.fields.length > 0) return report(name, error.fields.map(file.place))
      throw error
    }
  })
}

function report(name: string, faults: Parameters<typeof printFaults>[2]): void {
  process.stdout.write(printFaults(name, '', faults))
  process.exitCode = exitCodes.failed
}

/** Reports what the server refuses as the commands of the API do. */
async function asked<T>(options: ServerOptions, ask: (client: Posthorn) => Promise<T>): Promise<T | undefined> {
  try {
    return await ask(clientOf(options, { parse: parseExactly }))
  } catch (error) {
    if (!(error instanceof PosthornError)) throw error
    console.error(error.message)
    process.exitCode = exitCodes.failed
    return undefined
  }
}
