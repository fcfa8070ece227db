import { expect, it } from 'vitest'
import type { Scene } from './scene.ts'

const key = (ref: string, name: string) => ({ scope: 'lst_1', key: name, ref, keepMs: 60_000 })
const partsOf = (scene: Scene, request: { id: string }, keys: readonly (string | null)[]) =>
  keys.map((one) => ({
    dedup: one === null ? null : key(request.id, one),
    runs: [scene.run({ request_id: request.id }), scene.run({ request_id: request.id })],
  }))
const accepted = async (scene: Scene, application: Awaited<ReturnType<Scene['application']>>, keys: readonly (string | null)[]) => {
  const request = scene.request({ run_ids: '["run_x"]' })
  const parts = partsOf(scene, request, keys)
  const { results } = await scene.store.accept(scene.session, [
    scene.operation({ request: scene.request() }),
    scene.operation({ application, request, parts }),
    scene.operation({ request: scene.request() }),
  ])
  expect([results[0], results[2]]).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }])
  const kept = await scene.world.request(request.id)
  const runs = await Promise.all(parts.map(async (part) => (await scene.world.run(part.runs[0]!.id)) !== undefined))
  return { request, parts, result: results[1]!, kept: kept!, runIds: JSON.parse(kept!.run_ids) as string[], runs }
}
const idsOf = (parts: ReturnType<typeof partsOf>, ...places: readonly number[]) =>
  places.flatMap((place) => parts[place]!.runs.map(({ id }) => id))

/** Requests that bring many events, each of which may be a copy by itself. */
export function describeParts(open: () => Promise<Scene>): void {
  it('makes the runs of each in one commit, and answers copies one by one', async () => {
    const scene = await open()
    const application = await scene.application()
    const first = await accepted(scene, application, ['a', null, 'b', 'a'])
    expect(first.result).toEqual({ kind: 'accepted', copies: [3] })
    expect(first.kept).toMatchObject({ status: 'accepted', duplicate_of: null })
    expect([first.runs, first.runIds]).toEqual([[true, true, true, false], idsOf(first.parts, 0, 1, 2)])

    const second = await accepted(scene, application, ['b', 'c'])
    expect(second.result).toEqual({ kind: 'accepted', copies: [0] })
    expect([second.runs, second.runIds]).toEqual([[false, true], idsOf(second.parts, 1)])
  })

  it('is a copy itself where all of them are, and is nothing where there are none', async () => {
    const scene = await open()
    const application = await scene.application()
    const first = await accepted(scene, application, ['a', 'b'])
    const copy = await accepted(scene, application, ['b', 'a'])
    expect(copy.result).toEqual({ kind: 'duplicate', scope: 'lst_1', ref: first.request.id })
    expect(copy.kept).toMatchObject({ status: 'duplicate', duplicate_of: first.request.id, run_ids: '[]' })
    expect(copy.runs).toEqual([false, false])
    const none = await accepted(scene, application, [])
    expect([none.result, none.kept.status, none.runIds]).toEqual([{ kind: 'accepted' }, 'accepted', []])
  })

  it('is stale as a whole, and takes no key then', async () => {
    const scene = await open()
    const application = await scene.application()
    const request = scene.request()
    const parts = partsOf(scene, request, ['a', null])
    const old = { ...application, version: application.version - 1 }
    const { results } = await scene.store.accept(scene.session, [scene.operation({ application: old, request, parts })])
    expect(results).toEqual([{ kind: 'stale' }])
    expect(await scene.world.run(parts[1]!.runs[0]!.id)).toBeUndefined()
    expect((await accepted(scene, application, ['a'])).result).toEqual({ kind: 'accepted' })
  })

  it('hands each run what it works on, and not the body of all', async () => {
    const scene = await open()
    const application = await scene.application()
    const request = scene.request({ body: Buffer.from('[1,2]'), body_bytes: 5 })
    const runs = ['{"document":1}', null].map((input) => scene.run({ request_id: request.id, input }))
    const parts = runs.map((run) => ({ dedup: null, runs: [run] }))
    await scene.store.accept(scene.session, [scene.operation({ application, request, parts })])
    const loaded = await scene.store.loadRuns(runs.map(({ id }) => id))
    expect(loaded.map((one) => [one.run.input, one.request?.id, one.request?.body?.length])).toEqual([
      ['{"document":1}', request.id, undefined],
      [null, request.id, 5],
    ])
  })
}
