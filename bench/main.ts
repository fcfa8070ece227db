import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describeMachine } from './machine.ts'
import { measureAccept } from './measure-accept.ts'
import { measureBacklog } from './measure-backlog.ts'
import { measureDelivery } from './measure-delivery.ts'
import { measureHostility, measureIsolation } from './measure-isolation.ts'
import { measureSlowDisk } from './measure-slow-disk.ts'
import { measureReply } from './measure-reply.ts'
import { measureStart } from './measure-start.ts'
import { measureUpload } from './measure-upload.ts'
import { measureVerification } from './measure-verification.ts'
import { measureVolume } from './measure-volume.ts'
import { openPostgres, type PostgresServer } from './postgres.ts'
import { isRowVoid, publish, type Row } from './table.ts'
import { fullPace, quickPace, type Workbench, withWorkbench } from './workbench.ts'

type Measure =
  | 'accept'
  | 'verification'
  | 'upload'
  | 'delivery'
  | 'slow-disk'
  | 'reply'
  | 'isolation'
  | 'hostility'
  | 'backlog'
  | 'start'
  | 'volume'

/**
 * `npm run bench`: what the program does on this machine, as ratios to what the machine can do at all, both taken in one run.
 * `npm run bench -- --engine sqlite --only accept,delivery --quick` for a first look.
 */
const measures: Record<Measure, (bench: Workbench) => Promise<Row | Row[]>> = {
  accept: measureAccept,
  verification: measureVerification,
  upload: measureUpload,
  delivery: measureDelivery,
  'slow-disk': measureSlowDisk,
  reply: measureReply,
  isolation: measureIsolation,
  hostility: measureHostility,
  backlog: measureBacklog,
  start: measureStart,
  volume: measureVolume,
}
/** It writes ten gigabytes, so it is done when it is asked for. */
const onlyIfAsked: Measure = 'volume'

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite,postgres' },
    only: {
      type: 'string',
      default: Object.keys(measures)
        .filter((name) => name !== onlyIfAsked)
        .join(','),
    },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    out: { type: 'string' },
    /** Settings of the program: `--with POSTHORN_STORE_THREAD=never`. */
    with: { type: 'string', multiple: true, default: [] },
  },
})

function chosen<Name extends string>(list: string, known: readonly Name[]): Name[] {
  const names = list.split(',')
  const unknown = names.find((name) => !(known as readonly string[]).includes(name))
  if (unknown !== undefined) throw new Error(`"${unknown}" is not one of ${known.join(', ')}.`)
  return names as Name[]
}

async function measure(name: Measure, bench: Workbench): Promise<Row[]> {
  const rowsOfOne = [await measures[name](bench)].flat()
  // A start is not loaded.
  return name === 'start' ? rowsOfOne : rowsOfOne.map((row) => ({ ...row, harness: bench.harness }))
}

const names = chosen(options.only, Object.keys(measures) as Measure[])
const engines = chosen(options.engine, ['sqlite', 'postgres'])
const paceChosen = options.quick ? quickPace : fullPace
const pace = { ...paceChosen, rounds: options.rounds === undefined ? paceChosen.rounds : Number(options.rounds) }
const settings = Object.fromEntries(options.with.map((one) => one.split('=')))
const rows: Row[] = []
const failures: string[] = []
let postgres: PostgresServer | undefined

try {
  if (engines.includes('postgres')) postgres = await openPostgres()
  for (const engine of engines) {
    const freshDatabase = async () => (engine === 'postgres' ? postgres?.freshDatabase() : undefined)
    for (const name of names) {
      console.log(`${new Date().toISOString().slice(11, 19)} ${engine}: ${name}`)
      // Each measure has a program of its own, so that what one leaves behind does not weigh on the next.
      try {
        rows.push(...(await withWorkbench({ engine, pace, freshDatabase, settings }, (bench) => measure(name, bench))))
      } catch (error) {
        // What the others found is still worth printing; the command fails all the same.
        console.error(error)
        failures.push(`${engine}, ${name}: ${error instanceof Error ? error.message.slice(0, 500) : String(error)}`)
      }
    }
  }
} finally {
  await postgres?.stop()
}

const context = [
  'The limits are relays without memory: bare `node:http` in, HMAC, and out over bare sockets (raw; it also parses each body) or undici `dispatch`, counted until the last message arrived.',
  'Load (64 keep-alive connections, bodies of 1 KB) and receiver are processes of their own on raw sockets. Processor time in brackets is of each thread of the program.',
  'Node-RED is measured beside the flow that answers where it is installed (`npm ci --ignore-scripts --prefix bench/peers`): http in, two changes with JSONata, http response; it keeps nothing.',
  'PostgreSQL runs on the same machine as program, load and receiver, with fsync on and its defaults otherwise.',
]
const file = names.every((name) => name === onlyIfAsked) ? './results-volume.md' : './results.md'
const out = options.out ?? fileURLToPath(new URL(file, import.meta.url))
publish({ machine: describeMachine(postgres?.version), rows, failures, context }, out)
if (failures.length > 0 || rows.some(isRowVoid)) process.exitCode = 1
