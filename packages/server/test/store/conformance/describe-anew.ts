import { expect, it } from 'vitest'
import {
  madeFrom,
  type ApplicationSnapshot,
  type AcceptOperation,
  type Anew,
  type ConfigurationPart,
  type MadeFrom,
  type RunCommit,
} from '#store'
import { tablesOf } from '#store/testing'
import { deliveriesOf, type Scene } from './scene.ts'

/** 1. and 2. made inside their commits. */
export function describeAnew(open: () => Promise<Scene>): void {
  /** As much of a snapshot as a commit compares. */
  const at = (scene: Scene, version: number) => ({ id: scene.app, version }) as unknown as ApplicationSnapshot
  const anew = <Operation>(scene: Scene, version: number, make: Anew<Operation>['make']): Anew<Operation> => {
    return { application: scene.app, snapshot: at(scene, version), make }
  }
  const madeBy = (snapshot: ApplicationSnapshot) => ({ id: snapshot.id, version: snapshot.version })

  it('makes an operation from the configuration of its commit, however old the one at hand is', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const { version } = await scene.application()
    const message = scene.message([lane])
    const run = scene.run()
    const seen: number[] = []
    const operation = anew<AcceptOperation>(scene, version - 1, (snapshot) => {
      seen.push(snapshot!.version)
      return scene.operation({ application: madeBy(snapshot!), messages: [message], runs: [run] })
    })
    const { results, lanes, tasks } = await scene.store.acceptAnew(scene.session, [operation])
    expect([results, seen]).toEqual([[{ kind: 'accepted' }], [version]])
    expect(lanes.map((one) => one.lane)).toEqual([lane])
    expect(deliveriesOf(tasks)).toEqual([message.deliveries[0]!.id])
    expect(await scene.world.run(run.id)).toMatchObject({ holder: scene.session, status: 'queued' })
  })

  it('gives the snapshot at hand where that is the present one', async () => {
    const scene = await open()
    const { version } = await scene.application()
    const hand = at(scene, version)
    let given: ApplicationSnapshot | undefined
    const make = (snapshot: ApplicationSnapshot | undefined) => {
      given = snapshot
      return scene.operation({ application: madeBy(snapshot!) })
    }
    const { results } = await scene.store.acceptAnew(scene.session, [{ application: scene.app, snapshot: hand, make }])
    expect(results).toEqual([{ kind: 'accepted' }])
    expect(given).toMatchObject({ id: scene.app, version })
  })

  const planted: Readonly<Record<string, (scene: Scene) => AcceptOperation>> = {
    'throws while it is made': () => {
      throw new Error('planted')
    },
    'no engine can take': (scene) => scene.operation({ messages: [{ ...scene.message([]), created_at: 1n as never }] }),
  }

  it.each(Object.entries(planted))('an operation that %s holds up nobody', async (_, make) => {
    const scene = await open()
    const { version } = await scene.application()
    await scene.store.acceptAnew(scene.session, [anew(scene, version - 1, () => make(scene))]).catch(() => undefined)
    const { results } = await scene.store.accept(scene.session, [scene.operation({})])
    expect(results).toEqual([{ kind: 'accepted' }])
  })

  it('one that cannot even be handed over fails alone, also where it is made anew', async () => {
    const scene = await open()
    const { version } = await scene.application()
    const odd = anew<AcceptOperation>(scene, version - 1, () =>
      scene.operation({ request: scene.request({ path: Symbol('odd') as never }) }),
    )
    const good = anew<AcceptOperation>(scene, version - 1, () => scene.operation({ request: scene.request() }))
    const { results } = await scene.store.acceptAnew(scene.session, [odd, good])
    expect(results[1]).toEqual({ kind: 'accepted' })
    expect((await scene.store.accept(scene.session, [scene.operation({})])).results).toEqual([{ kind: 'accepted' }])
  })

  it('what is not made is stale, and nothing of it is kept; the others are, and duplicates among them are answered', async () => {
    const scene = await open()
    const { version } = await scene.application()
    const dedup = (ref: string) => [{ scope: 's', key: 'k', ref, keepMs: 60_000 }]
    const [first, copy] = [scene.request(), scene.request()]
    const operations = [
      anew<AcceptOperation>(scene, version, () => null),
      anew<AcceptOperation>(scene, version, () => scene.operation({ dedups: dedup(first.id), request: first })),
      anew<AcceptOperation>(scene, version, () => scene.operation({ dedups: dedup(copy.id), request: copy })),
    ]
    const { results } = await scene.store.acceptAnew(scene.session, operations)
    expect(results).toEqual([{ kind: 'stale' }, { kind: 'accepted' }, { kind: 'duplicate', scope: 's', ref: first.id }])
    expect(await scene.world.request(copy.id)).toMatchObject({ status: 'duplicate', duplicate_of: first.id })
    const none = await scene.store.acceptAnew(scene.session, [operations[0]!])
    expect(none).toEqual({ results: [{ kind: 'stale' }], lanes: [], tasks: [] })
  })

  it('one whose data cannot be kept is refused alone', async () => {
    const scene = await open()
    const { version } = await scene.application()
    const request = scene.request()
    const operation = () => anew<AcceptOperation>(scene, version, () => scene.operation({ request }))
    const other = scene.request()
    const operations = [operation(), operation(), anew<AcceptOperation>(scene, version, () => scene.operation({ request: other }))]
    const { results } = await scene.store.acceptAnew(scene.session, operations)
    expect(results).toEqual([{ kind: 'accepted' }, { kind: 'refused', detail: expect.any(String) }, { kind: 'accepted' }])
    expect(await scene.world.request(other.id)).toBeDefined()
  })

  it('the commits of runs too: with their events by the present configuration, fenced as ever', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const [a, b] = [await scene.start(), await scene.start()]
    const { version } = await scene.application()
    const message = scene.message([lane], { run_id: a })
    const commit = (run: typeof a, part: Partial<RunCommit>) =>
      anew<RunCommit>(scene, version - 1, (snapshot) => scene.commit(run, { application: madeBy(snapshot!), ...part }))
    const { results, tasks } = await scene.store.commitRunsAnew(scene.session, [
      commit(a, { messages: [message], reply: '{"status":201}' }),
      commit(b, { rev: 5, messages: [scene.message([lane])] }),
    ])
    expect(results).toEqual([{ kind: 'committed', rev: 1 }, { kind: 'lost' }])
    expect(deliveriesOf(tasks)).toEqual([message.deliveries[0]!.id])
    await scene.store.closeSession(scene.session)
    expect((await scene.store.commitRunsAnew(scene.session, [commit(a, { rev: 1 })])).results).toEqual([{ kind: 'lost' }])
  })
}

/** Only engines have configuration. */
export function describeAnewConfiguration(open: () => Promise<Scene>): void {
  const snapshotOf = (scene: Scene, version: number) => ({ id: scene.app, version }) as unknown as ApplicationSnapshot

  it('reads what it is made from inside the commit: what was committed before is in it, an application that is gone is undefined', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const seen: unknown[] = []
    const make = (snapshot: ApplicationSnapshot | undefined) => {
      seen.push(snapshot && [snapshot.version, snapshot.endpoints.map(({ id, state }) => `${id} ${state}`)])
      return null
    }
    const accept = async () => scene.store.acceptAnew(scene.session, [{ application: scene.app, snapshot: snapshotOf(scene, 0), make }])
    await accept()
    const { version } = await scene.application()
    expect(seen).toEqual([[version, [`${lane} active`]]])
    const gone = tablesOf(scene.store).updateTable('application').set({ deleted_at: 5 }).where('id', '=', scene.app).compile()
    await scene.store.mutate({ statements: [{ query: gone }], application: { id: scene.app, version }, audit: [] })
    await accept()
    expect(seen.at(-1)).toBeUndefined()
  })

  it('compares what was read: what another part of the configuration is changed by makes nothing stale', async () => {
    const scene = await open()
    const { store, app } = scene
    const kinds = async () => {
      const versions = (await store.queries.applications.snapshot(app))!
      return async () => {
        const of = async (application: MadeFrom) => {
          const { results } = await store.accept(scene.session, [scene.operation({ application })])
          const run = await scene.start()
          const commit = scene.commit(run, { application, messages: [scene.message([])] })
          const committed = await store.commitRuns(scene.session, [commit])
          return `${results[0]!.kind} ${committed.results[0]!.kind}`
        }
        return [
          await of(madeFrom(versions, 'inbound')),
          await of(madeFrom(versions, 'outbound')),
          await of({ id: app, version: versions.version }),
        ]
      }
    }
    const change = async (touches?: readonly ConfigurationPart[]) => {
      const application = await scene.application()
      expect(await store.mutate({ statements: [], application, audit: [], ...(touches && { touches }) })).toEqual({ kind: 'done' })
    }
    const [current, old] = ['accepted committed', 'stale stale']
    const by = async (touches?: readonly ConfigurationPart[]) => {
      const after = await kinds()
      await change(touches)
      return after()
    }
    expect(await by([])).toEqual([current, current, old])
    expect(await by(['inbound'])).toEqual([old, current, old])
    expect(await by(['outbound'])).toEqual([current, old, old])
    expect(await by()).toEqual([old, old, old])
  })

  it('goes on while the configuration changes without a pause, and never reaches an endpoint that was disabled before', async () => {
    const scene = await open()
    const { store } = scene
    let done = false
    let disabledAt = Infinity
    let changes = 0
    const lane = await scene.endpoint()
    const change = async () => {
      while (!done) {
        const application = await scene.application()
        const state = changes === 20 ? 'disabled' : undefined
        const set = state === undefined ? { name: `A${changes}` } : undefined
        const query =
          set === undefined
            ? tablesOf(store).updateTable('endpoint').set({ state: 'disabled' }).where('id', '=', lane).compile()
            : tablesOf(store).updateTable('application').set(set).where('id', '=', scene.app).compile()
        const { kind } = await store.mutate({ statements: [{ query }], application, audit: [] })
        if (kind !== 'done') continue
        // Two may have been about to disable it; the first one did.
        if (state !== undefined) disabledAt = Math.min(disabledAt, application.version + 1)
        changes++
      }
    }
    const changing = Promise.all([change(), change(), change()])
    const sent: { version: number; to: number }[] = []
    for (let i = 0; i < 60; i++) {
      let made = { version: 0, to: 0 }
      const make = (snapshot: ApplicationSnapshot | undefined) => {
        const active = snapshot!.endpoints.filter((endpoint) => endpoint.state === 'active').map(({ id }) => id)
        made = { version: snapshot!.version, to: active.length }
        return scene.operation({ application: { id: scene.app, version: snapshot!.version }, messages: [scene.message(active)] })
      }
      const { results } = await store.acceptAnew(scene.session, [{ application: scene.app, snapshot: snapshotOf(scene, 0), make }])
      expect(results).toEqual([{ kind: 'accepted' }])
      sent.push(made)
    }
    done = true
    await changing
    expect(changes).toBeGreaterThan(20)
    for (const { version, to } of sent) expect(to).toBe(version >= disabledAt ? 0 : 1)
  })
}
