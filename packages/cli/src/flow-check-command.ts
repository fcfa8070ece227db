import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { exitCodes, UsageError } from './exit-codes.ts'

/** `posthorn flow check`, beside what the API does with flows. */
export function flowCheckCommand(): Command {
  return new Command('check')
    .description('Say what is wrong with a flow in a file, with lines; needs no server.')
    .argument('<file>', 'YAML or JSON; "-" reads standard input.')
    .option('--json', 'As JSON, for programs.')
    .addHelpText(
      'after',
      `
Examples:
  posthorn flow check flows/orders.yaml
  posthorn flow check orders.json --json

Whether its listener and its secrets are there, only the server knows, and says so when the flow is published.

Exit codes: 0 sound, 1 it cannot be published, 2 wrong usage.`,
    )
    .action(check)
}

async function check(file: string, { json = false }: { json?: boolean }): Promise<void> {
  const text = await read(file)
  const { checkFlowFile } = await import('@posthorn/server')
  // The children that read expressions keep no process alive, and nothing else is open here.
  const awake = setInterval(() => undefined, 60_000)
  const found = await checkFlowFile(text).finally(() => clearInterval(awake))
  const told = (kind: string, faults: typeof found.faults) =>
    faults.map(({ line, column, code, message }) => `${file}:${line}:${column}: ${kind}${message} (${code})\n`).join('')
  process.stdout.write(json ? `${JSON.stringify(found)}\n` : told('', found.faults) + told('warning: ', found.warnings))
  process.exitCode = found.faults.length === 0 ? exitCodes.done : exitCodes.failed
}

async function read(file: string): Promise<string> {
  try {
    if (file !== '-') return await readFile(file, 'utf8')
    const chunks: Buffer[] = []
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString('utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
