import { readFileSync } from 'node:fs'
import type { FlowFileRun, FlowFileTrial } from '@posthorn/server/flow-files'
import { Command, Option } from 'commander'
import { parseExactly } from './exact-digits.ts'
import { exitCodes, UsageError } from './exit-codes.ts'
import { printFaults, readText } from './flow-file.ts'

type Tried = Extract<FlowFileRun, { kind: 'tried' }>['tried']

interface Given {
  readonly body?: string
  readonly method?: string
  readonly query: readonly string[]
  readonly header: readonly string[]
  readonly param: readonly string[]
  readonly eventType?: string
  readonly meta?: string
  readonly secret: readonly string[]
  readonly outcome: readonly string[]
  readonly until?: string
  readonly send?: true
  readonly json?: true
}

const many = (flags: string, about: string): Option =>
  new Option(flags, about).default([]).argParser((value: string, before: readonly string[]) => [...before, value])

/** `posthorn flow run`, beside what the API does with flows. */
export function flowRunCommand(): Command {
  return new Command('run')
    .description('Run a flow in a file in this process, and show what each step does; needs no server.')
    .argument('<file>', 'YAML or JSON; "-" reads standard input.')
    .option('--body <text>', 'The body of the request, the document of the job, or the data of the event: text, or @file.')
    .option('--method <method>', 'Of the request.')
    .addOption(many('--query <name=value>', 'Of the request; may be repeated.'))
    .addOption(many('--header <name: value>', 'Of the request; may be repeated.'))
    .addOption(many('--param <name=value>', 'A part of the path, as trigger.params has it; may be repeated.'))
    .option('--event-type <name>', 'Of the event.')
    .option('--meta <json>', 'What the run begins with.')
    .addOption(many('--secret <name=value>', 'What secrets.<name> is: text, or @file; may be repeated. Needed with --send only.'))
    .addOption(many('--outcome <step=status>', 'What the receiver of a step answers, such as erp=503 or erp=none; may be repeated.'))
    .option('--until <step>', 'Run nothing behind this step.')
    .option('--send', 'Really make the calls that have no outcome, once each. Without it they are shown, and end well.')
    .option('--json', 'As JSON, for programs.')
    .addHelpText(
      'after',
      `
Examples:
  posthorn flow run orders.yaml --body '{ "number": "A-7", "total": 60 }'
  posthorn flow run orders.yaml --body @order.json --secret erp=test --outcome notify=503
  posthorn flow run orders.yaml --body @order.json --until total --json

Exit codes: 0 the run is ok, 1 it is ko or the file cannot be run, 2 wrong usage.`,
    )
    .action(run)
}

async function run(file: string, given: Given): Promise<void> {
  const text = await readText(file)
  const trial = trialOf(given)
  const { runFlowFile } = await import('@posthorn/server/flow-files')
  // The children that run steps keep no process alive, and nothing else is open here.
  const awake = setInterval(() => undefined, 60_000)
  const ended = await runFlowFile(text, trial).finally(() => clearInterval(awake))
  if (ended.kind === 'unknown_step') throw new UsageError(ended.message)
  if (ended.kind === 'faulty') {
    process.stdout.write(given.json ? `${JSON.stringify({ faults: ended.faults })}\n` : printFaults(file, '', ended.faults))
    process.exitCode = exitCodes.failed
    return
  }
  process.stdout.write(given.json ? `${JSON.stringify(ended.tried)}\n` : shown(ended.tried))
  process.exitCode = ended.tried.status === 'ok' ? exitCodes.done : exitCodes.failed
}

function trialOf(given: Given): FlowFileTrial {
  const body = given.body === undefined ? undefined : textOf(given.body)
  const document = body === undefined ? undefined : jsonOrText(body)
  const query = pairs('query', given.query, '=')
  const headers = pairs('header', given.header, ':')
  return {
    simulated: {
      ...(given.method !== undefined && { method: given.method.toUpperCase() }),
      ...(body !== undefined && { rawBody: body }),
      params: Object.fromEntries(pairs('param', given.param, '=')),
      query: Object.fromEntries([...Map.groupBy(query, ([name]) => name)].map(([name, all]) => [name, all.map(([, value]) => value)])),
      headers: Object.fromEntries(headers),
    },
    document: document as FlowFileTrial['document'],
    eventType: given.eventType,
    meta: given.meta === undefined ? {} : (jsonOf('meta', given.meta) as FlowFileTrial['meta']),
    secrets: Object.fromEntries(pairs('secret', given.secret, '=').map(([name, value]) => [name, textOf(value)])),
    outcomes: Object.fromEntries(pairs('outcome', given.outcome, '=').map(([step, status]) => [step, outcomeOf(status)])),
    until: given.until,
    calls: given.send ? 'made' : 'shown',
  }
}

function outcomeOf(status: string): FlowFileTrial['outcomes'][string] {
  if (status === 'none') return { status: null, body: null }
  if (/^[1-5]\d\d$/.test(status)) return { status: Number(status), body: null }
  throw new UsageError(`--outcome names a step and a status from 100 to 599, or none: erp=503. "${status}" is neither.`)
}

function pairs(option: string, given: readonly string[], sign: '=' | ':'): (readonly [string, string])[] {
  return given.map((one) => {
    const at = one.indexOf(sign)
    if (at < 1) throw new UsageError(`--${option} is written as name${sign}value, not as "${one}".`)
    return [one.slice(0, at).trim(), sign === ':' ? one.slice(at + 1).trim() : one.slice(at + 1)] as const
  })
}

function textOf(value: string): string {
  if (!value.startsWith('@')) return value
  try {
    return readFileSync(value.slice(1), 'utf8')
  } catch (error) {
    throw new UsageError(`${value.slice(1)} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function jsonOf(option: string, text: string): unknown {
  const value = jsonOrText(textOf(text))
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new UsageError(`--${option} is a JSON object.`)
}

/** What is no JSON is text, as in a request. */
function jsonOrText(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    return text
  }
}

const LINE_MAX = 160

/** A line for each step, then what would leave this process. */
function shown({ status, errorCode, stopped, steps, reply, deliveries, messages }: Tried): string {
  const width = Math.max(4, ...steps.map(({ id, item }) => place(id, item).length))
  const lines = steps.flatMap(({ id, item, status: how, code, durationMs, output, warnings, faults }) => [
    `${how.padEnd(4)} ${place(id, item).padEnd(width)} ${`${durationMs} ms`.padStart(10)}  ${[code, output === null ? null : line(output)].filter((part) => part !== null).join('  ')}`.trimEnd(),
    ...warnings.map((warning) => `     ${warning}`),
    ...faults.map((fault) => `     ${(fault as { message?: string }).message ?? ''}`),
  ])
  const end = stopped ? 'stopped' : errorCode === null ? status : `${status} (${errorCode})`
  return [
    ...lines,
    ...deliveries.map(({ stepId, body }) => `sends ${stepId}: ${line(body)}`),
    ...messages.map(({ eventType, data }) => `event ${eventType}: ${line(data)}`),
    ...(reply === null ? [] : [`reply ${reply.status} ${line(reply.body ?? '')}`.trimEnd()]),
    `run ${end}`,
    '',
  ].join('\n')
}

const place = (id: string, item: readonly number[] | null): string => `${id}${item === null ? '' : `[${item.join('][')}]`}`

function line(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LINE_MAX ? `${text.slice(0, LINE_MAX)}…` : text
}
