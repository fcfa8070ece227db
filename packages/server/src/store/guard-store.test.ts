import { expect, it } from 'vitest'
import { AppError } from '#domain'
import { createFakeClock, silentLog } from '#platform/testing'
import { createModel } from '../../test/store/memory/model.ts'
import { guardStore } from './guard-store.ts'
import { createStoreHealth } from './store-health.ts'
import type { Store } from './store.ts'

/** They answer at once, or make no use of the disk; what reads is guarded query by query, files by a guard of their own. */
const UNGUARDED = ['engine', 'isShared', 'logs', 'queries', 'files', 'statements', 'onChange', 'hint', 'onHint', 'close']
/** What only a model has. */
const OF_MODEL = ['state', 'addApplication', 'addEndpoint', 'setLane', 'setOrder', 'setHourlyLimit']
const READS = ['dueSchedules', 'changes', 'beat', 'loadDeliveries', 'heldRuns', 'loadRuns', 'replies']

it('no operation hands out an error of its engine, and none that writes is tried while writes are refused', async () => {
  const clock = createFakeClock()
  // The names of all operations; nothing of what it does.
  const names = Object.keys(createModel(clock)).filter((name) => !UNGUARDED.includes(name) && !OF_MODEL.includes(name))
  let calls = 0
  const failing = Object.fromEntries(names.map((name) => [name, () => Promise.reject(new Error(`disk full ${++calls}`))]))
  const health = createStoreHealth({ clock, log: silentLog })
  const faultOf = (error: unknown) => (error instanceof AppError ? undefined : 'full')
  const guarded = guardStore(failing as unknown as Store, { health, faultOf, advice: {}, clock })
  const codeOf = (name: string) =>
    (guarded[name as keyof Store] as () => Promise<unknown>)().catch((error: { code?: string; message: string }) => error.code)
  expect(names.length).toBeGreaterThanOrEqual(28)
  for (const name of names) expect(await codeOf(name), name).toBe('store_full')
  health.begin('files', { code: 'store_lost', detail: 'x', advice: 'x', refusesWrites: true })
  const before = calls
  for (const name of names) if (!READS.includes(name)) expect(await codeOf(name), name).toBe('store_lost')
  expect(calls).toBe(before)
})
