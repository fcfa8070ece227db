import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { DeliveryId } from '#domain'
import type { Task } from '#store'
import { tablesOf } from '#store/testing'
import { createScene, delivered, retry } from '../conformance/scene.ts'
import { createPostgresSubjects, type PostgresSubjects } from './postgres-subject.ts'

let subjects: PostgresSubjects
beforeAll(async () => {
  subjects = await createPostgresSubjects()
})
afterAll(() => subjects.drop())

const ROUNDS = 150

it('turning order on and off while messages come, are tried again and are cancelled: nothing is lost, stuck or in a deadlock', async () => {
  const subject = await subjects.open()
  onTestFinished(() => subject.close())
  const scene = await createScene(subject)
  const lanes = [await scene.endpoint(), await scene.endpoint(), await scene.endpoint()]
  const open = new Set<DeliveryId>()
  const faults: unknown[] = []
  let working = true
  let tried = 0

  const posting = async (): Promise<void> => {
    for (let i = 0; i < ROUNDS; i++) {
      const message = scene.message(lanes)
      for (const { id } of message.deliveries) open.add(id)
      // Without a version, because it changes all the time here.
      await scene.store.accept(scene.session, [scene.operation({ messages: [message] })])
    }
    working = false
  }
  const settleSome = async (tasks: readonly Task[]): Promise<void> => {
    const settlements = tasks.map((task) =>
      tried++ % 3 === 0 ? retry(task, scene.attempt(task), 5) : delivered(task, scene.attempt(task)),
    )
    const results = await scene.store.settle(scene.session, settlements, [])
    for (const [i, { settled }] of results.entries()) if (settled && settlements[i]!.next.kind === 'end') open.delete(tasks[i]!.delivery)
  }
  const sending = async (): Promise<void> => {
    while (working || open.size > 0) {
      const wanted = lanes.map((lane) => ({ lane, tasksMax: 10 }))
      await settleSome((await scene.store.claim(scene.session, 4, 10)).tasks)
      await settleSome(await scene.store.refill(scene.session, wanted))
      await scene.store.release(scene.session, lanes.slice(0, 1))
    }
  }
  const toggling = async (): Promise<void> => {
    for (let i = 0; working || i % 2 === 1; i++) {
      for (const lane of lanes) await scene.world.setOrder(lane, scene.app, i % 2 === 0).catch((error: unknown) => faults.push(error))
    }
  }
  const cancelling = async (): Promise<void> => {
    while (working) {
      const [id] = open
      if (id !== undefined) for (const gone of await scene.store.cancelDeliveries([id])) open.delete(gone)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  await Promise.all([posting(), sending(), toggling(), cancelling()])
  // Who loses against another change of the application is told so, and tries again.
  expect(faults.filter((fault) => !String(fault).includes('changed'))).toEqual([])
  for (const lane of lanes)
    expect(await tablesOf(scene.store).selectFrom('task').selectAll().where('lane', '=', lane).execute()).toEqual([])
})
