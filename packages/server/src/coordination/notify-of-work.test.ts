import { expect, it, onTestFinished } from 'vitest'
import { silentLog } from '#platform/testing'
import type { Hint } from '#store'
import { auditEntry, createScene, delivered, laneUpdate } from '../../test/store/conformance/scene.ts'
import { openSqliteSubject } from '../../test/store/sqlite/sqlite-subject.ts'
import { notifyOfWork } from './notify-of-work.ts'

/** A store that gives hints, and what it gave; `told` resolves with the next one, and what it said of lanes and runs. */
async function openNotifying() {
  const subject = await openSqliteSubject()
  const others: (Partial<Hint> & { to: string | null })[] = []
  const here: Hint[] = []
  let heard = () => {}
  const store = notifyOfWork({ ...subject.store, hint: (to, hint) => void others.push({ to, ...hint }) }, silentLog)
  store.onHint((hint) => {
    here.push(hint)
    heard()
  })
  onTestFinished(() => subject.close())
  const scene = await createScene({ ...subject, store })
  const shown = async (): Promise<Hint> => {
    while (here.length === 0) await new Promise<void>((resolve) => (heard = resolve))
    const [hint] = here.splice(0)
    expect(others.splice(0).map((other) => ({ ...lanes(), ...other }))).toEqual([{ to: null, ...hint }])
    return hint!
  }
  return { scene, store, shown, here, others }
}

const lanes = (...names: string[]): Hint => ({ lanes: names, replied: [], runs: false })

it('names the lane in which something is sent again, and none if nothing is', async () => {
  const { scene, store, shown, here } = await openNotifying()
  const endpoint = await scene.endpoint()
  const { deliveries } = await scene.send([endpoint])
  await store.resend(['dlv_none'])
  expect(here).toEqual([])
  await store.resend(deliveries)
  expect(await shown()).toEqual(lanes(endpoint))
})

it('names the lane in which a delivery was cancelled, and says that a run may be without a holder', async () => {
  const { scene, store, shown } = await openNotifying()
  const endpoint = await scene.endpoint()
  const { deliveries } = await scene.send([endpoint])
  await store.cancelDeliveries(deliveries)
  expect(await shown()).toEqual({ ...lanes(endpoint), runs: true })
})

it('names a lane that management changed, and not one that begins', async () => {
  const { scene, store, shown, here } = await openNotifying()
  const endpoint = await scene.endpoint()
  expect(here).toEqual([])
  const change = { kind: 'state', lane: endpoint, state: 0, resetFailures: true } as const
  await store.mutate({ statements: [], application: null, lanes: [change], audit: [] })
  expect(await shown()).toEqual(lanes(endpoint))
  const stale = { ...(await scene.application()), version: 99 }
  expect(await store.mutate({ statements: [], application: stale, lanes: [change], audit: [] })).toEqual({ kind: 'changed' })
  expect(here).toEqual([])
})

it('announces messages that come with a mutation, with a settlement and with a stop', async () => {
  const { scene, store, shown } = await openNotifying()
  const [endpoint, listening] = [await scene.endpoint(), await scene.endpoint()]
  const operational = () => [scene.message([listening])]
  await store.mutate({ statements: [], application: null, audit: [], operational: operational() })
  expect(await shown()).toEqual(lanes(listening))
  const { tasks } = await scene.send([endpoint])
  await store.settle(scene.session, [{ ...delivered(tasks[0]!, scene.attempt(tasks[0]!)), operational: operational() }], [])
  expect(await shown()).toEqual(lanes(listening))
  const stop = { state: 'paused', reason: 'exhausted', audit: auditEntry(scene, 'endpoint.paused'), operational: operational() } as const
  await store.settle(scene.session, [], [laneUpdate(endpoint, { stop })])
  expect(await shown()).toEqual(lanes(listening))
})

it('announces runs that were accepted where none are run, and none that were accepted elsewhere', async () => {
  const { scene, shown, here } = await openNotifying()
  await scene.start()
  expect(here).toEqual([])
  const session = await scene.openSession({ lanes: true, runs: false })
  await scene.start({}, session)
  expect(await shown()).toEqual({ ...lanes(), runs: true })
})
