import { Command } from 'commander'
import { exitCodes } from './exit-codes.ts'
import { printFaults, readText } from './flow-file.ts'

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
  const text = await readText(file)
  const { checkFlowFile } = await import('@posthorn/server/flow-files')
  // The children that read expressions keep no process alive, and nothing else is open here.
  const awake = setInterval(() => undefined, 60_000)
  const found = await checkFlowFile(text).finally(() => clearInterval(awake))
  process.stdout.write(
    json ? `${JSON.stringify(found)}\n` : printFaults(file, '', found.faults) + printFaults(file, 'warning: ', found.warnings),
  )
  process.exitCode = found.faults.length === 0 ? exitCodes.done : exitCodes.failed
}
