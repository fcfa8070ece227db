import type { CountedMinute } from '#domain'
import type {
  StoredApplication,
  StoredAttempt,
  StoredAudit,
  StoredDedup,
  StoredDelivery,
  StoredEndpoint,
  StoredEntry,
  StoredLane,
  StoredMessage,
  StoredReplay,
  StoredRequest,
  StoredRun,
  StoredTask,
  SessionTakes,
} from '#store'

/** The tables of the hot path as plain maps and lists. A lane's `next_due` is not kept: it follows from the tasks. */
export interface ModelState {
  applications: Map<string, Pick<StoredApplication, 'id'> & { version: number; inbound: number; outbound: number; perHour: number | null }>
  endpoints: Map<string, Pick<StoredEndpoint, 'id' | 'application_id' | 'state'>>
  lanes: Map<string, Omit<StoredLane, 'next_due'>>
  tasks: StoredTask[]
  requests: Map<string, StoredRequest>
  runs: Map<string, StoredRun>
  messages: Map<string, StoredMessage>
  deliveries: Map<string, StoredDelivery>
  attempts: Map<string, StoredAttempt>
  dedups: Map<string, StoredDedup>
  replays: Map<string, StoredReplay>
  entries: Map<string, StoredEntry>
  /** The bytes of entries, and of what may become one. */
  files: Map<string, Buffer>
  /** First attempts by application and minute. */
  quota: Map<string, CountedMinute[]>
  audit: StoredAudit[]
  /** The living. */
  sessions: Map<string, { beat: number; takes: SessionTakes }>
}

export function emptyState(): ModelState {
  return {
    applications: new Map(),
    endpoints: new Map(),
    lanes: new Map(),
    tasks: [],
    requests: new Map(),
    runs: new Map(),
    messages: new Map(),
    deliveries: new Map(),
    attempts: new Map(),
    dedups: new Map(),
    replays: new Map(),
    entries: new Map(),
    files: new Map(),
    quota: new Map(),
    audit: [],
    sessions: new Map(),
  }
}

/** Thrown inside a member of a batch whose data cannot be kept. */
export class Refused extends Error {}

/** Inserts a row, or refuses the member: ids are unique. */
export function insert<Row>(table: Map<string, Row>, id: string, row: Row): void {
  if (table.has(id)) throw new Refused(`${id} exists already`)
  table.set(id, row)
}

const ended: readonly string[] = ['delivered', 'failed', 'cancelled']

/** Whether a delivery is at its end. */
export function isEnded(delivery: StoredDelivery): boolean {
  return ended.includes(delivery.status)
}

/** The tasks of a lane in the order in which they are sent. */
export function tasksOf(state: ModelState, lane: string): StoredTask[] {
  return state.tasks
    .filter((task) => task.lane === lane)
    .sort((a, b) => a.due - b.due || (a.delivery < b.delivery ? -1 : a.delivery > b.delivery ? 1 : a.manual - b.manual))
}

/** Puts a task into its lane, unless exactly that one is there. */
export function putTask(state: ModelState, task: StoredTask): void {
  if (findTask(state, task) === undefined) state.tasks.push(task)
}

/** Takes a task out. False if it is not there. */
export function takeTask(state: ModelState, key: StoredTask): boolean {
  const found = findTask(state, key)
  if (found !== undefined) state.tasks.splice(state.tasks.indexOf(found), 1)
  return found !== undefined
}

export function findTask(state: ModelState, key: StoredTask): StoredTask | undefined {
  return state.tasks.find(
    (task) => task.lane === key.lane && task.due === key.due && task.delivery === key.delivery && task.manual === key.manual,
  )
}
