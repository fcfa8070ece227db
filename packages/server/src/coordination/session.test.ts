import { createIds, type SessionId } from '#domain'
import { createFakeClock, createSeededRandom, silentLog } from '#platform/testing'
import { expect, it, onTestFinished } from 'vitest'
import { CommitUnknownError, type HeldRun, type Hint, type Store } from '#store'
import { createScene } from '../../test/store/conformance/scene.ts'
import { openModelSubject } from '../../test/store/memory/model-subject.ts'
import { Session } from './session.ts'

/** Processes on one shared store, in fake time. `network.down` makes everything that a process asks of the store fail. */
async function openHarness() {
  const subject = await openModelSubject()
  onTestFinished(() => subject.close())
  const scene = await createScene(subject)
  const clock = createFakeClock()
  const ids = createIds({ now: clock.now, fill: createSeededRandom(2).fill })
  const start = async (isShared = true, onHint: Store['onHint'] = () => {}, calls: Partial<Store> = {}) => {
    const network = { down: false, calls: { onHint, ...calls } as Partial<Store> }
    const store = new Proxy(subject.store, {
      get(target, name: keyof Store) {
        if (name === 'isShared') return isShared
        if (network.down) return () => Promise.reject(new Error('unreachable'))
        return network.calls[name] ?? target[name]
      },
    })
    const lost: SessionId[] = []
    const adopted: HeldRun[] = []
    const session = new Session({
      ...{ clock, ids, log: silentLog, onLost: (id) => void lost.push(id), onAdopted: (runs) => void adopted.push(...runs) },
      store,
    })
    await session.start()
    return { session, network, lost, adopted }
  }
  // The scene's own session does not beat: it is out of the way.
  await subject.store.closeSession(scene.session)
  return { scene, store: subject.store, clock, start }
}

it('may act while it beats', async () => {
  const { clock, start } = await openHarness()
  const { session, lost } = await start()
  const { id } = session
  await clock.run(60_000)
  expect(session.mayAct()).toBe(true)
  expect(session.id).toBe(id)
  expect(lost).toEqual([])
})

it('F27: stops acting four seconds after it sent its last good beat, and loses that life once', async () => {
  const { clock, start } = await openHarness()
  const { session, network, lost } = await start()
  const { id } = session
  await clock.run(10_000) // a beat was sent just now
  network.down = true
  await clock.run(3900)
  expect(session.mayAct()).toBe(true)
  await clock.run(350)
  expect(session.mayAct()).toBe(false)
  expect(lost).toEqual([id])
  await clock.run(60_000)
  expect(session.mayAct()).toBe(false)
  expect(lost).toEqual([id])
})

it('counts from when a beat was sent, not from when its answer came', async () => {
  const { clock, start } = await openHarness()
  const { session, network } = await start()
  await clock.run(10_000)
  network.calls = { beat: () => new Promise(() => {}) }
  await clock.run(3900)
  expect(session.mayAct()).toBe(true)
  await clock.run(100)
  expect(session.mayAct()).toBe(false)
})

it('a beat that is answered after the life is over does not bring it back', async () => {
  const { clock, store, start } = await openHarness()
  const { session, network, lost } = await start()
  const { id } = session
  await clock.run(10_000)
  let answer = () => {}
  network.calls = {
    beat: (who) => new Promise((resolve, reject) => void (answer = () => void store.beat(who).then(resolve, reject))),
  }
  await clock.run(5000)
  network.calls = {}
  answer()
  await clock.run(2000)
  expect(lost).toEqual([id])
  expect(session.id).not.toBe(id)
  expect(session.mayAct()).toBe(true)
})

it('begins a new life when the store answers again; what the old one owned is freed, and its runs are adopted', async () => {
  const { scene, clock, store, start } = await openHarness()
  const { session, network, adopted } = await start()
  const first = session.id
  const lane = await scene.endpoint()
  await scene.send([lane], first)
  const run = await scene.start({}, first)
  network.down = true
  await clock.run(10_000)
  network.down = false
  await clock.run(2000)
  expect(session.mayAct()).toBe(true)
  expect(session.id).not.toBe(first)
  expect(adopted.map((one) => one.run)).toEqual([run])
  expect((await store.beat(first)).alive).toBe(false)
  expect((await store.claim(session.id, 10, 10)).lanes.map((one) => one.lane)).toEqual([lane])
})

it('F9: a step of the wall clock pauses it until the next good beat, and costs no life', async () => {
  const { clock, start } = await openHarness()
  const { session, lost } = await start()
  const { id } = session
  for (const jumpMs of [3_600_000, -3_600_000, 86_400_000]) {
    await clock.run(10_000)
    clock.jump(jumpMs)
    expect(session.mayAct()).toBe(jumpMs < 0)
    await clock.run(1000)
    expect(session.mayAct()).toBe(true)
  }
  expect(session.id).toBe(id)
  expect(lost).toEqual([])
})

it('F1: reaps a peer whose beat stood still for five seconds, frees its lanes and adopts its runs', async () => {
  const { scene, clock, store, start } = await openHarness()
  const dead = await start()
  const adopter = await start()
  await clock.run(5000)
  const lane = await scene.endpoint()
  const { deliveries } = await scene.send([lane], dead.session.id)
  const run = await scene.start({}, dead.session.id)
  const { id } = dead.session
  dead.network.down = true
  await clock.run(4000)
  expect((await store.beat(id)).alive).toBe(true) // which also moves its beat once more
  await clock.run(4500)
  expect(adopter.adopted).toEqual([])
  await clock.run(2000)
  expect((await store.beat(id)).alive).toBe(false)
  expect(adopter.adopted.map((one) => one.run)).toEqual([run])
  const claim = await store.claim(adopter.session.id, 10, 10)
  expect(claim.tasks.map((task) => task.delivery)).toEqual(deliveries)
  expect(adopter.lost).toEqual([])
})

it('F5: a store that nobody could reach for a while kills nobody', async () => {
  const { clock, store, start } = await openHarness()
  const processes = [await start(), await start()]
  await clock.run(5000)
  const before = processes.map(({ session }) => session.id)
  for (const { network } of processes) network.calls = { beat: () => Promise.reject(new Error('down')) }
  await clock.run(3500)
  for (const { network } of processes) network.calls = {}
  await clock.run(20_000)
  expect(processes.map(({ session }) => session.id)).toEqual(before)
  for (const id of before) expect((await store.beat(id)).alive).toBe(true)
})

it('finishes what a reaper began that died before all lanes were free', async () => {
  const { scene, clock, store, start } = await openHarness()
  const dead = await scene.openSession()
  const lane = await scene.endpoint()
  await scene.send([lane], dead)
  const { session, network } = await start()
  // A dead session that still owns lanes stays among the peers, as PostgreSQL tells it.
  await store.closeSession(dead)
  let freed = false
  network.calls = {
    beat: async (id) => ({ ...(await store.beat(id)), peers: freed ? [] : [{ id: dead, beat: 0, sends: false }] }),
    freeLanes: async (id, most) => {
      freed = id === dead
      return store.freeLanes(id, most)
    },
  }
  await clock.run(8000)
  expect((await store.claim(session.id, 10, 10)).lanes.map((one) => one.lane)).toEqual([lane])
})

it('at its stop others resume at once', async () => {
  const { scene, clock, store, start } = await openHarness()
  const [leaving, staying] = [await start(), await start()]
  await clock.run(3000)
  const lane = await scene.endpoint()
  await scene.send([lane], leaving.session.id)
  const run = await scene.start({}, leaving.session.id)
  const { id } = leaving.session
  await leaving.session.stop()
  expect(leaving.session.mayAct()).toBe(false)
  expect(leaving.lost).toEqual([])
  expect((await store.beat(id)).alive).toBe(false)
  expect((await store.claim(staying.session.id, 10, 10)).lanes.map((one) => one.lane)).toEqual([lane])
  await clock.run(1500)
  expect(staying.adopted.map((one) => one.run)).toEqual([run])
})

it('stops although the store cannot be reached', async () => {
  const { start } = await openHarness()
  const { session, network } = await start()
  network.down = true
  await session.stop()
  expect(session.mayAct()).toBe(false)
})

it('adopts within a beat what was woken by nobody', async () => {
  const { scene, clock, store, start } = await openHarness()
  const { session, adopted } = await start()
  const run = await scene.start({}, session.id)
  const step = scene.delivery('flow_1/notify')
  await store.commitRuns(session.id, [scene.commit(run, { status: 'waiting', parkedOn: step.id, deliveries: [step] })])
  expect(await store.cancelDeliveries([step.id], '{}')).toEqual([step.id])
  await clock.run(1500)
  expect(adopted.map((one) => one.run)).toEqual([run])
})

const lostAnswer = () => new CommitUnknownError(new Error('connection reset'))

it('F8: lives on when the answer to an adoption is lost: the runs are in the list of its own, and the next are adopted', async () => {
  const { scene, clock, store, start } = await openHarness()
  const { session, network, adopted, lost } = await start()
  const { id } = session
  const dead = await scene.openSession()
  const unheard = await scene.start({}, dead)
  await store.closeSession(dead)
  network.calls = {
    async adoptRuns(...parameters) {
      network.calls = {}
      await store.adoptRuns(...parameters)
      throw lostAnswer()
    },
  }
  await clock.run(1000)
  const next = await scene.start({}, 'ses_dead')
  await clock.run(1000)
  expect([session.id, session.mayAct(), lost]).toEqual([id, true, []])
  expect((await store.heldRuns(id, null, 9)).map(({ run }) => run)).toEqual([unheard, next])
  expect(adopted.map((one) => one.run)).toEqual([next])
})

it('F8: starts though the answer to its first adoption is lost', async () => {
  const { scene, store, start } = await openHarness()
  const run = await scene.start({}, 'ses_dead')
  const { session } = await start(true, () => {}, {
    async adoptRuns(...parameters) {
      await store.adoptRuns(...parameters)
      throw lostAnswer()
    },
  })
  expect(session.mayAct()).toBe(true)
  expect((await store.heldRuns(session.id, null, 9)).map((one) => one.run)).toEqual([run])
})

it.each(['reap', 'freeLanes'] as const)('F8: lives on when the answer to %s is lost, and frees what the dead left', async (lossy) => {
  const { scene, clock, store, start } = await openHarness()
  const dead = await start()
  const { session, network, adopted, lost } = await start()
  const { id } = session
  const lane = await scene.endpoint()
  await scene.send([lane], dead.session.id)
  const run = await scene.start({}, dead.session.id)
  await clock.run(1000)
  dead.network.down = true
  let answersLost = 0
  network.calls = {
    async [lossy](...parameters: never[]) {
      const answer = await (store[lossy] as (...given: never[]) => Promise<unknown>)(...parameters)
      if (++answersLost <= 2) throw lostAnswer()
      return answer as never
    },
  }
  await clock.run(12_000)
  expect(answersLost).toBeGreaterThan(0)
  expect([session.id, lost]).toEqual([id, []])
  expect(adopted.map((one) => one.run)).toEqual([run])
  expect((await store.claim(id, 10, 10)).lanes.map((one) => one.lane)).toEqual([lane])
})

it('on an embedded store silence costs nothing, since nobody can take over', async () => {
  const { clock, start } = await openHarness()
  const { session, network, lost } = await start(false)
  network.down = true
  clock.advance(60_000)
  expect(session.mayAct()).toBe(true)
  expect(lost).toEqual([])
})

it('adopts runs of nobody as soon as it hears of them, also while it adopts', async () => {
  const { scene, store, start } = await openHarness()
  let send: (hint: Hint) => void = () => {}
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<readonly HeldRun[]>()
  const { network, adopted } = await start(true, (listener) => void (send = listener))
  const first = await scene.start({}, 'ses_dead')
  send({ lanes: [], replied: [], runs: true })
  await expect.poll(() => adopted.map(({ run }) => run)).toEqual([first])
  network.calls = {
    adoptRuns: () => {
      asked.resolve()
      return answered.promise
    },
  }
  send({ lanes: [], replied: [], runs: true })
  await asked.promise
  network.calls = {}
  const second = await scene.start({}, 'ses_dead')
  send({ lanes: [], replied: [], runs: true })
  answered.resolve([])
  await expect.poll(() => adopted.map(({ run }) => run)).toEqual([first, second])
  expect(await store.adoptRuns(scene.session, 9)).toEqual([])
})
