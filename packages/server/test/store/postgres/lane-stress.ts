import pg from 'pg'
import { createIds, type ApplicationId, type DeliveryId, type EndpointId, type Ids, type SessionId } from '#domain'
import { sleep, systemClock, systemRandom } from '#platform'
import { createSeededRandom, silentLog } from '#platform/testing'
import {
  NEVER,
  type CommitResult,
  type Lane,
  type LaneId,
  type LaneUpdate,
  type NewMessage,
  type Settlement,
  type Store,
  type Task,
} from '#store'
import { openPostgres } from '#store/postgres'
import { worldOver } from '../conformance/subject.ts'

/** What must all be zero, and how much was done. */
export interface StressResult {
  readonly faults: {
    readonly deadlocks: number
    readonly doubleOwners: number
    readonly staleEpochs: number
    readonly settledTwice: number
    readonly lateSettles: number
    readonly stranded: number
    readonly unfinished: number
  }
  readonly work: { readonly enqueued: number; readonly settled: number; readonly released: number; readonly deaths: number }
  readonly errors: Readonly<Record<string, number>>
}

const LANES = 60
const PROCESSES = 3
const DRAIN_MS = 30_000

/**
 * Three processes that enqueue and send for the same lanes at once; the last one dies now and then holding lanes, is reaped, and
 * settles too late. Management changes lanes, cancels and resends in between.
 */
export async function stressLanes({ url, seconds, seed = 1 }: { url: string; seconds: number; seed?: number }): Promise<StressResult> {
  const stress = await createStress(url, seed)
  try {
    const until = performance.now() + seconds * 1000
    const working = () => performance.now() < until
    const enqueuers = Array.from({ length: PROCESSES }, (_, n) => stress.enqueuer(n, working))
    const meddler = stress.meddler(working)
    const workers = Array.from({ length: PROCESSES }, (_, n) => stress.worker(n, working))
    await Promise.all([...enqueuers, meddler])
    await Promise.all(workers)
    return await stress.result()
  } finally {
    await stress.close()
  }
}

/** One process: its session, the lanes it holds, and what it was given to send. */
interface Process {
  readonly store: Store
  session: SessionId
  readonly held: Set<LaneId>
  tasks: Task[]
}

async function createStress(url: string, seed: number) {
  const random = createSeededRandom(seed)
  const ids = createIds({ now: systemClock.now, fill: systemRandom().fill })
  const stores = await Promise.all(
    Array.from({ length: PROCESSES }, () =>
      openPostgres({ url, clock: systemClock, log: silentLog, connectionsMax: 4, readConnectionsMax: 1 }),
    ),
  )
  const admin = new pg.Pool({ connectionString: url, max: 2 })
  const deadlocksBefore = await deadlocks(admin)
  const app = ids.make('app')
  const world = worldOver(stores[0]!)
  await world.addApplication(app)
  const lanes: EndpointId[] = []
  for (let i = 0; i < LANES; i++) {
    const lane = ids.make('ep')
    await world.addEndpoint(lane, app)
    lanes.push(lane)
  }
  const version = async () => ({ id: app, version: (await world.application(app)).version })
  let application = await version()

  const processes: Process[] = []
  for (const store of stores) {
    const session = ids.make('ses')
    await store.openSession(session)
    processes.push({ store, session, held: new Set(), tasks: [] })
  }

  const count = { enqueued: 0, settled: 0, released: 0, deaths: 0 }
  const faults = { doubleOwners: 0, staleEpochs: 0, lateSettles: 0 }
  const errors: Record<string, number> = {}
  const owners = new Map<LaneId, SessionId>()
  const epochs = new Map<LaneId, number>()
  const settledTimes = new Map<string, number>()
  const sent: DeliveryId[] = []
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random.unit() * from.length)]!
  const note = (error: unknown): void => {
    const { message } = error as Error
    errors[message] = (errors[message] ?? 0) + 1
  }

  /** Lanes that an answer gave to a process. An answer that comes after its session died is the dead one's. */
  const took = (process: Process, session: SessionId, { lanes: taken, tasks }: Pick<CommitResult<unknown>, 'lanes' | 'tasks'>): void => {
    if (process.session !== session) return
    for (const { lane, epoch } of taken as Lane[]) {
      // A lane that is being given back may be taken again before the answer to that comes.
      const again = owners.get(lane) === session && epoch > epochs.get(lane)!
      if (owners.has(lane) && !again) faults.doubleOwners++
      if (epoch <= (epochs.get(lane) ?? -1)) faults.staleEpochs++
      epochs.set(lane, epoch)
      owners.set(lane, session)
      process.held.add(lane)
    }
    process.tasks.push(...tasks)
  }

  const enqueue = async (process: Process): Promise<void> => {
    const operations = Array.from({ length: 1 + Math.floor(random.unit() * 4) }, () => {
      const targets = new Set(Array.from({ length: 1 + Math.floor(random.unit() * 4) }, () => pick(lanes)))
      return { application, dedups: dedups(ids, random.unit()), request: null, runs: [], messages: [message(ids, app, [...targets])] }
    })
    const { session } = process
    const answer = await process.store.accept(session, operations)
    took(process, session, answer)
    answer.results.forEach(({ kind }, i) => {
      if (kind !== 'accepted') return
      const made = operations[i]!.messages[0]!.deliveries
      count.enqueued += made.length
      if (random.unit() < 0.02) sent.push(...made.map((one) => one.id))
    })
    if (answer.results.some(({ kind }) => kind === 'stale')) application = await version()
  }

  const settle = async (process: Process, session: SessionId, tasks: readonly Task[]): Promise<number> => {
    if (tasks.length === 0) return 0
    const once = [...new Map(tasks.map((task) => [`${task.delivery} ${task.manual}`, task])).values()]
    const results = await process.store.settle(
      session,
      once.map((task) => settlement(task, random.unit())),
      [...new Set(once.map((task) => task.lane))].map((lane) => laneUpdate(lane, random.unit())),
    )
    let settled = 0
    results.forEach((result, i) => {
      if (!result.settled) return
      settled++
      const { delivery, due, manual } = once[i]!
      const key = `${delivery} ${due} ${manual}`
      settledTimes.set(key, (settledTimes.get(key) ?? 0) + 1)
    })
    count.settled += settled
    return settled
  }

  /** The process falls silent with lanes and tasks in hand, is reaped by another one, and then wakes up and settles. */
  const die = async (process: Process, adopter: Process): Promise<void> => {
    const { session: dead, held, tasks } = process
    const { peers } = await adopter.store.beat(adopter.session)
    const seen = peers.find((peer) => peer.id === dead)!.beat
    process.session = ids.make('ses')
    process.tasks = []
    for (const lane of held) owners.delete(lane)
    held.clear()
    await adopter.store.reap(dead, seen)
    while ((await adopter.store.freeLanes(dead, 20)) > 0);
    faults.lateSettles += await settle(process, dead, tasks)
    count.deaths++
    await process.store.openSession(process.session)
  }

  const turn = async (process: Process, stopping: boolean): Promise<boolean> => {
    const { store, session, held } = process
    const claimed = await store.claim(session, 8, 20)
    took(process, session, claimed)
    // An answer may have come after its lane was given back: then its tasks are another owner's.
    const tasks = process.tasks.splice(0).filter((task) => held.has(task.lane))
    const settled = await settle(process, session, tasks)
    const idle = [...held].filter(() => stopping || random.unit() < 0.5)
    for (const lane of idle) owners.delete(lane)
    const freed = new Set(await store.release(session, idle))
    for (const lane of idle) {
      if (freed.has(lane)) held.delete(lane)
      else owners.set(lane, session)
    }
    count.released += freed.size
    const wanted = [...held].map((lane) => ({ lane, tasksMax: 20 }))
    process.tasks.push(...(await store.refill(session, wanted)))
    return settled > 0 || claimed.lanes.length > 0
  }

  const drained = async (): Promise<boolean> => (await admin.query('select 1 from task limit 1')).rowCount === 0

  return {
    async enqueuer(n: number, working: () => boolean) {
      while (working()) {
        await enqueue(processes[n]!).catch(note)
        if (random.unit() < 0.3) await sleep(systemClock, random.unit() * 4)
      }
    },
    async worker(n: number, working: () => boolean) {
      const process = processes[n]!
      let until = Infinity
      for (;;) {
        if (!working() && until === Infinity) until = performance.now() + DRAIN_MS
        try {
          const busy = await turn(process, !working())
          if (n === PROCESSES - 1 && working() && process.held.size > 0 && random.unit() < 0.1) await die(process, processes[0]!)
          if (!busy) await sleep(systemClock, 1)
        } catch (error) {
          note(error)
        }
        if (!working() && process.held.size === 0 && ((await drained()) || performance.now() > until)) return
      }
    },
    async meddler(working: () => boolean) {
      while (working()) {
        const lane = pick(lanes)
        try {
          application = await version()
          const state = random.unit() < 0.3 ? 1 : 0
          await stores[0]!.mutate({ statements: [], application, audit: [], lanes: [{ kind: 'state', lane, state, resetFailures: true }] })
          application = await version()
          await stores[1]!.cancelDeliveries(sent.splice(0, 3))
          await stores[2]!.resend(sent.splice(0, 3))
        } catch (error) {
          note(error)
        }
        await sleep(systemClock, 20)
      }
      for (const lane of lanes) await world.setLane(lane, app, { state: 0 })
    },
    async result(): Promise<StressResult> {
      const one = async (sql: string) => Number((await admin.query(sql)).rows[0].n)
      return {
        faults: {
          ...faults,
          deadlocks: (await deadlocks(admin)) - deadlocksBefore,
          settledTwice: [...settledTimes.values()].filter((times) => times > 1).length,
          stranded: await one(`select count(*) n from lane l where (owner is null and next_due = ${NEVER} or owner is not null
            and not exists (select 1 from session s where s.id = l.owner and s.alive = 1)) and exists (select 1 from task t where t.lane = l.lane)`),
          unfinished: await one('select count(*) n from task'),
        },
        work: count,
        errors,
      }
    },
    async close() {
      await admin.end()
      for (const store of stores) await store.close()
    },
  }
}

function message(ids: Ids, app: ApplicationId, targets: readonly EndpointId[]): NewMessage {
  const row = {
    application_id: app,
    event_id: null,
    event_type: 'a.b',
    channels: null,
    tags: null,
    run_id: null,
    created_at: systemClock.now(),
  }
  const deliveries = targets.map((lane) => ({
    ...{
      id: ids.make('dlv'),
      lane,
      endpoint_id: lane,
      step_id: null,
      event_type: 'a.b',
      created_at: row.created_at,
      request: null,
      body: null,
    },
  }))
  return { ...row, id: ids.make('msg'), payload: Buffer.from('{}'), deliveries, skipped: [] }
}

/** Few keys, so that processes meet at them, and several in no order. */
function dedups(ids: Ids, chance: number) {
  const ref = ids.make('req')
  if (chance < 0.7) return [{ scope: 'lst', key: `own ${ref}`, ref, keepMs: 60_000 }]
  return ['k9', 'k1', 'k5'].map((key) => ({ scope: 'lst', key: `${key} ${Math.floor(chance * 1000)}`, ref, keepMs: 5 }))
}

function settlement(task: Task, chance: number): Settlement {
  const end = { kind: 'end', status: 'delivered', failure: null } as const
  if (chance < 0.8 || task.manual) return { task, attempt: null, next: end, wake: null }
  return { task, attempt: null, next: { kind: 'retry', waitMs: 1 + Math.floor(chance * 20), retryInSeen: false }, wake: null }
}

function laneUpdate(lane: LaneId, chance: number): LaneUpdate {
  return { lane, failures: 0, circuitInMs: chance > 0.95 ? 5 : 0, blockedInMs: chance < 0.05 ? 5 : 0, stop: null }
}

async function deadlocks(admin: pg.Pool): Promise<number> {
  await admin.query('select pg_stat_clear_snapshot()')
  await sleep(systemClock, 1100) // backends tell their counts once a second
  return Number((await admin.query('select deadlocks from pg_stat_database where datname = current_database()')).rows[0].deadlocks)
}
