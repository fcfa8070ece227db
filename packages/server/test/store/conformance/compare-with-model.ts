import { createIds, type ApplicationId, type DeliveryId, type RunId, type SessionId } from '#domain'
import { createSeededRandom } from '#platform/testing'
import fc from 'fast-check'
import { expect } from 'vitest'
import { EACH, laneStates, type LaneState, type Lane, type NewDelivery, type RunCommit, type Settlement, type Task } from '#store'
import { openModelSubject } from '../memory/model-subject.ts'
import { createScene, laneUpdate, type Scene } from './scene.ts'
import type { Subject } from './subject.ts'

/**
 * Does the same to an engine and to the model, step by step, and expects the same answers and at the end the same tables. Sessions live
 * and die, the clock moves, tasks are settled late and twice. Times themselves are not compared: everything happens at whole tens of
 * seconds and becomes due at odd fives, so a few milliseconds of an engine's own clock change nothing.
 */
export async function compareWithModel(open: () => Promise<Subject>, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 50 }), async (steps) => {
      const pair = await createPair(await open())
      try {
        for (const one of steps) await pair.take(one)
        await pair.compareTables()
      } finally {
        await pair.close()
      }
    }),
    { numRuns: runs },
  )
}

/** Numbers that each step reads in its own way, as an index into what exists at that time. */
type Step = { readonly kind: (typeof kinds)[number]; readonly a: number; readonly b: number; readonly c: number }

const kinds = [
  ...(['accept', 'accept', 'accept', 'settle', 'settle', 'settle', 'claim', 'claim', 'refill', 'release', 'commit', 'commit'] as const),
  ...(['die', 'free', 'adopt', 'wakeDue', 'cancelRun', 'cancelDelivery', 'resend', 'advance', 'advance', 'setLane', 'setOrder'] as const),
  ...(['reserve', 'reserve', 'limit', 'answer'] as const),
]

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds),
  a: fc.nat({ max: 63 }),
  b: fc.nat({ max: 63 }),
  c: fc.nat({ max: 63 }),
})

const LANES = 4

/** For one delivery, for each of its own, or for a moment. */
function waitsFor(delivery: NewDelivery, { status, b, c }: { status: RunCommit['status']; b: number; c: number }): Partial<RunCommit> {
  if (status === 'ok') return {}
  if ((b & 24) === 8) return { parkedOn: EACH, heard: c, deliveries: [delivery] }
  if (status === 'running') return {}
  return (b & 24) === 24 ? { waitMs: 0 } : { parkedOn: delivery.id, deliveries: [delivery] }
}

interface Side {
  readonly scene: Scene
  readonly tasks: Map<string, Task>
}

async function createPair(subject: Subject) {
  const engine: Side = { scene: await createScene(subject), tasks: new Map() }
  const model: Side = { scene: await createScene(await openModelSubject()), tasks: new Map() }
  const sides = [engine, model] as const
  const ids = createIds({ now: () => 1_000_000, fill: createSeededRandom(3).fill })
  const app = ids.make('app')
  const lanes = Array.from({ length: LANES }, () => ids.make('ep'))
  for (const { scene } of sides) {
    await scene.store.closeSession(scene.session)
    await scene.world.addApplication(app)
    for (const lane of lanes) await scene.world.addEndpoint(lane, app)
  }
  const sessions: SessionId[] = []
  const dead: SessionId[] = []
  const runIds: RunId[] = []
  const revs = new Map<RunId, number>()
  const seenTasks: string[] = []
  const deliveries: DeliveryId[] = []

  /** Runs the same on both and expects the same, as `view` sees it. */
  const both = async <Result, View>(act: (side: Side) => Promise<Result>, view: (result: Result) => View): Promise<Result> => {
    const [ours, theirs] = [await act(engine), await act(model)]
    expect(view(ours)).toEqual(view(theirs))
    return theirs
  }

  let opened = 0
  const openSession = async () => {
    const id = ids.make('ses')
    const takes = { lanes: opened % 5 !== 3, runs: opened % 5 !== 4 }
    opened++
    for (const { scene } of sides) await scene.store.openSession(id, takes)
    sessions.push(id)
  }
  await openSession()
  await openSession()

  const pick = <T>(list: readonly T[], index: number): T | undefined => (list.length === 0 ? undefined : list[index % list.length])
  const keyOf = (task: Task) => `${task.delivery}/${task.manual}`
  const taskSet = (tasks: readonly Task[]) => tasks.map(keyOf).toSorted()
  const laneSet = (list: readonly Lane[]) => list.map((lane) => `${lane.lane} ${lane.failures} ${lane.takeovers}`).toSorted()

  const learn = (side: Side, tasks: readonly Task[]) => {
    for (const task of tasks) {
      side.tasks.set(keyOf(task), task)
      if (!seenTasks.includes(keyOf(task))) seenTasks.push(keyOf(task))
    }
  }

  const version = async (scene: Scene, old: boolean) => {
    const current = await scene.world.application(app)
    return { id: app, version: current.version - (old ? 1 : 0) }
  }

  const steps: Record<Step['kind'], (step: Step) => Promise<unknown>> = {
    async accept({ a, b, c }) {
      const session = pick([...sessions, ...dead], a)!
      const scene = model.scene
      const message = { ...scene.message(lanes.filter((_, i) => b & (1 << i))), application_id: app, id: ids.make('msg') }
      const named = { ...message, deliveries: message.deliveries.map((one) => ({ ...one, id: ids.make('dlv') })) }
      const request = { ...scene.request(), application_id: app, id: ids.make('req') }
      const ended = c & 8 ? { ended: { finished_at: 5, reply: '{"status":200}', steps: '[1]', faults: '[]', meta: '{"m":1}' } } : {}
      const runs = c & 1 ? [{ ...scene.run({ request_id: request.id, ...ended }), application_id: app, id: ids.make('run') }] : []
      const dedups = c & 2 ? [{ scope: 's', key: `k${b % 3}`, ref: request.id, keepMs: 15_000 }] : []
      const operation = { dedups, request, runs, messages: [{ ...named, skipped: c & 4 ? [lanes[0]!] : [] }] }
      const answer = await both(
        async (side) => {
          const application = await version(side.scene, (c & 56) === 56)
          const result = await side.scene.store.accept(session, [{ ...operation, application }])
          learn(side, result.tasks)
          return result
        },
        ({ results, lanes: taken, tasks }) => ({ results, lanes: laneSet(taken), tasks: taskSet(tasks) }),
      )
      if (answer.results[0]!.kind !== 'accepted') return
      for (const run of runs) {
        runIds.push(run.id)
        revs.set(run.id, c & 8 ? 1 : 0)
      }
      deliveries.push(...named.deliveries.map((one) => one.id))
    },

    async settle({ a, b, c }) {
      const session = pick([...sessions, ...dead], a)!
      const key = pick(seenTasks, b)
      if (key === undefined) return
      const id = ids.make('atmpt')
      const next = (
        [
          { kind: 'end', status: 'delivered', failure: null },
          { kind: 'end', status: 'failed', failure: 'exhausted' },
          { kind: 'retry', waitMs: 15_000, retryInSeen: (c & 16) > 0 },
          { kind: 'wait', waitMs: 5000, status: 'throttled', ...(c & 64 && { failure: 'secret_unreadable' }) },
        ] as const
      )[c & 3]!
      const said = { ...model.scene.message([lanes[0]!]), application_id: app, id: ids.make('msg') }
      const operational = b & 32 ? [{ ...said, deliveries: said.deliveries.map((one) => ({ ...one, id: ids.make('dlv') })) }] : undefined
      const update = { failures: c, circuitInMs: c & 32 ? 25_000 : 0, blockedInMs: c & 16 ? 15_000 : 0 }
      const answer = await both(
        (side) => {
          const task = side.tasks.get(key)!
          const attempt = c & 4 ? { ...model.scene.attempt(task), id } : null
          const settlement: Settlement = { task, attempt, next, wake: '{"w":1}', ...(operational && { operational }) }
          return side.scene.store.settle(session, [settlement], c & 8 ? [laneUpdate(task.lane, update)] : [])
        },
        (results) => results,
      )
      for (const { woken, settled } of answer) {
        if (woken !== null) revs.set(woken.run, woken.rev)
        if (settled) deliveries.push(...(operational ?? []).flatMap((one) => one.deliveries.map((inserted) => inserted.id)))
      }
    },

    async claim({ a }) {
      const session = pick([...sessions, ...dead], a)!
      await both(
        async (side) => {
          const claim = await side.scene.store.claim(session, 1000, 1000)
          learn(side, claim.tasks)
          // An engine may find a lane whose tasks went meanwhile; it gives it back.
          const empty = claim.lanes.filter((lane) => !claim.tasks.some((task) => task.lane === lane.lane))
          await side.scene.store.release(
            session,
            empty.map((lane) => lane.lane),
          )
          return { tasks: claim.tasks, lanes: claim.lanes.filter((lane) => !empty.includes(lane)) }
        },
        ({ tasks, lanes: taken }) => ({ tasks: taskSet(tasks), lanes: laneSet(taken) }),
      )
    },

    refill: ({ a }) =>
      both(async (side) => {
        const wanted = lanes.map((lane) => ({ lane, tasksMax: 1000 }))
        const tasks = await side.scene.store.refill(pick(sessions, a)!, wanted)
        learn(side, tasks)
        return tasks
      }, taskSet),

    release: ({ a, b }) =>
      both(
        (side) =>
          side.scene.store.release(
            pick(sessions, a)!,
            lanes.filter((_, i) => b & (1 << i)),
          ),
        (released) => released.toSorted(),
      ),

    async commit({ a, b, c }) {
      const run = pick(runIds, a)
      if (run === undefined) return
      const status = pick(['running', 'waiting', 'ok'] as const, b)!
      const delivery = { ...model.scene.delivery(`flow_1/s${c & 1}`), id: ids.make('dlv') }
      const rev = revs.get(run)! - ((c & 56) === 56 ? 1 : 0)
      const inserted = (c & 7) === 7 ? [{ ...model.scene.run({ trigger: 'event', input: '{"chain":2}' }), id: ids.make('run') }] : []
      const part = {
        rev,
        status,
        reply: b & 4 ? '{"status":201}' : null,
        finishedAt: 5,
        runs: inserted,
        ...waitsFor(delivery, { status, b, c }),
      }
      const commit = { ...model.scene.commit(run, part), application: { id: app as ApplicationId, version: 0 } }
      const answer = await both(
        async (side) => {
          const result = await side.scene.store.commitRuns(pick(sessions, c)!, [commit])
          learn(side, result.tasks)
          return result
        },
        ({ results, tasks, lanes: taken }) => ({ results, tasks: taskSet(tasks), lanes: laneSet(taken) }),
      )
      const [result] = answer.results
      if (result!.kind !== 'committed') return
      revs.set(run, result!.rev)
      for (const { id } of inserted) {
        runIds.push(id)
        revs.set(id, 0)
      }
      if (commit.deliveries.length > 0) deliveries.push(delivery.id)
    },

    async answer({ a }) {
      const run = pick(runIds, a)
      if (run === undefined) return
      await both(
        (side) => side.scene.store.answerRuns([{ run, reply: '{"status":202}' }]),
        (replies) => replies,
      )
    },

    async die({ a }) {
      const session = sessions.splice(a % sessions.length, 1)[0]!
      dead.push(session)
      for (const { scene } of sides) await scene.store.closeSession(session)
      if (sessions.length < 2) await openSession()
    },

    async free({ a }) {
      const session = pick(dead, a)
      if (session === undefined) return
      await both(
        (side) => side.scene.store.freeLanes(session, 1000),
        (count) => count,
      )
    },

    async adopt({ a }) {
      const adopted = await both(
        (side) => side.scene.store.adoptRuns(pick(sessions, a)!, 1000),
        (held) => held.toSorted((x, y) => (x.run < y.run ? -1 : 1)),
      )
      for (const { run, rev } of adopted) revs.set(run, rev)
    },

    async wakeDue({ a }) {
      const woken = await both(
        (side) => side.scene.store.wakeDueRuns(pick(sessions, a)!, 1000),
        (held) => held.toSorted((x, y) => (x.run < y.run ? -1 : 1)),
      )
      for (const { run, rev } of woken) revs.set(run, rev)
    },

    async cancelRun({ a }) {
      const run = pick(runIds, a)
      if (run === undefined) return
      const ended = await both(
        (side) => side.scene.store.cancelRuns([run]),
        (ids_) => ids_,
      )
      if (ended.length > 0) revs.set(run, revs.get(run)! + 1)
    },

    async cancelDelivery({ a }) {
      const delivery = pick(deliveries, a)
      if (delivery === undefined) return
      await both(
        (side) => side.scene.store.cancelDeliveries([delivery], '{"c":1}'),
        (ended) => ended,
      )
    },

    async resend({ a }) {
      const delivery = pick(deliveries, a)
      // Two within a millisecond are one, and an engine's clock runs on where the model's stands.
      const pending = delivery === undefined ? [] : await model.scene.world.tasks(delivery)
      if (delivery === undefined || pending.some((task) => task.manual === 1)) return
      await both(
        (side) => side.scene.store.resend([delivery]),
        (resent) => resent,
      )
    },

    async advance({ a }) {
      for (const { scene } of sides) await scene.advance((1 + (a % 4)) * 10_000)
    },

    async reserve({ a, b, c }) {
      const session = pick([...sessions, ...dead], a)!
      const wanted = Array.from({ length: 1 + (b % 7) }, (_, i) => ({ application: app, lane: pick(lanes, c + i)! }))
      await both(
        (side) => side.scene.store.reserve(session, wanted),
        (results) => results.map(({ kind }) => kind),
      )
    },

    async limit({ a, b }) {
      for (const { scene } of sides) await scene.world.setHourlyLimit(app, b % 4 === 0 ? null : 1 + (a % 12))
    },

    async setLane({ a, b, c }) {
      const lane = pick(lanes, a)!
      const state = pick<LaneState>([laneStates.ready, laneStates.ready, laneStates.paused, laneStates.disabled], b)!
      for (const { scene } of sides) await scene.world.setLane(lane, app, { state, resetFailures: (c & 1) > 0 })
    },

    async setOrder({ a, b }) {
      const lane = pick(lanes, a)!
      for (const { scene } of sides) await scene.world.setOrder(lane, app, (b & 1) > 0)
      // What waited for a retry is back at the time of its acceptance: under its first key again if the engine's clock stood still, else not.
      for (const key of seenTasks.splice(0)) if (engine.tasks.get(key)?.lane !== lane) seenTasks.push(key)
    },
  }

  const present = (value: unknown) => value !== null

  return {
    take: (one: Step) => steps[one.kind](one),
    async compareTables() {
      for (const id of deliveries) {
        await both(
          async ({ scene }) => {
            const row = (await scene.world.delivery(id))!
            const { next_at, finished_at, first_attempt_at, created_at: _c, body: _b, request: _r, ...rest } = row
            return { ...rest, next: present(next_at), finished: present(finished_at), tried: present(first_attempt_at) }
          },
          (row) => row,
        )
        await both(
          async ({ scene }) => (await scene.world.tasks(id)).map(({ lane, manual }) => `${lane} ${manual}`).toSorted(),
          (tasks) => tasks,
        )
        await both(
          async ({ scene }) => (await scene.world.attempts(id)).map((attempt) => attempt.id).toSorted(),
          (attempts) => attempts,
        )
      }
      for (const id of runIds) {
        await both(
          async ({ scene }) => {
            const { finished_at, due_at, created_at: _c, ...rest } = (await scene.world.run(id))!
            return { ...rest, due: present(due_at), finished: present(finished_at) }
          },
          (row) => row,
        )
      }
      for (const lane of [...lanes, 'flow_1/s0', 'flow_1/s1']) {
        await both(
          async ({ scene }) => {
            const row = await scene.world.lane(lane)
            return (
              row && {
                ...row,
                circuit_until: row.circuit_until > 0,
                blocked_until: row.blocked_until > 0,
                throttled_until: row.throttled_until > 0,
              }
            )
          },
          (row) => row,
        )
      }
    },
    close: () => subject.close(),
  }
}
