import { expect, it } from 'vitest'
import type { CompileBusy, Transforms } from '#platform'
import type { ApplicationSnapshot } from '#store'
import { createFlowVersions } from './flow-versions.ts'

const step = (expression?: string) =>
  expression === undefined ? { id: 'm', kind: 'set_meta', meta: { x: '1' } } : { id: 't', kind: 'transform', expression }

function snapshotOf(flows: Readonly<Record<string, object>>): ApplicationSnapshot {
  const published = (id: string, only: object) => {
    const definition = JSON.stringify({ name: 'a', trigger: { kind: 'job' }, steps: [only] })
    return { id, published: { flow_id: id, version: 1, definition } }
  }
  return { id: 'app_1', flows: Object.entries(flows).map(([id, only]) => published(id, only)) } as unknown as ApplicationSnapshot
}

const overloaded: Pick<Transforms, 'compile' | 'known'> = {
  known: () => undefined,
  compile: async () => ({ ok: 'busy' }) as CompileBusy,
}

it('keeps what is used, and what cannot be kept pushes nothing out', async () => {
  const versions = createFlowVersions({ store: {} as never, transforms: overloaded, keptMax: 3 })
  const snapshot = snapshotOf({ one: step(), two: step(), three: step(), four: step(), busy: step('$sum(body.x)') })
  const find = (id: string) => versions.find(id, 1, snapshot)
  const [one, two] = [await find('one'), await find('two')]
  await find('three')
  for (let tries = 0; tries < 5; tries++) await find('busy')
  expect([await find('two'), await find('one')]).toEqual([two, one])
  expect(await find('one')).toBe(one)
  await find('four')
  expect(await find('one')).toBe(one)
  expect(await find('two')).toBe(two)
})
