import { describe, expect, it } from 'vitest'
import { Batcher, type BatcherOptions } from './batcher.ts'
import { systemClock } from './clock.ts'
import { createFakeClock } from './testing/fake-clock.ts'

/** A batcher whose batches are committed by hand. */
function setup(options: Partial<BatcherOptions<number, string>> = {}) {
  const batches: { ops: readonly number[]; done: PromiseWithResolvers<readonly string[]> }[] = []
  const batcher = new Batcher<number, string>({
    clock: systemClock,
    run(ops) {
      const done = Promise.withResolvers<readonly string[]>()
      batches.push({ ops, done })
      return done.promise
    },
    ...options,
  })
  const commit = (index: number) => batches[index]!.done.resolve(batches[index]!.ops.map((op) => `done ${op}`))
  return { batcher, batches, commit, sizes: () => batches.map(({ ops }) => ops.length) }
}

const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)))
const range = (count: number) => Array.from({ length: count }, (_, i) => i)

describe('the batcher', () => {
  it('commits what one turn of the loop brought in one batch, each with its own result', async () => {
    const { batcher, batches, commit } = setup()
    const results = range(5).map((op) => batcher.add(op))
    expect(batches).toHaveLength(0)
    await turn()
    expect(batches.map(({ ops }) => ops)).toEqual([[0, 1, 2, 3, 4]])
    commit(0)
    expect(await Promise.all(results)).toEqual(range(5).map((op) => `done ${op}`))
  })

  it('collects while a batch is under way, and goes on when it ends', async () => {
    const { batcher, commit, sizes } = setup()
    void batcher.add(0)
    await turn()
    for (const op of [1, 2, 3]) void batcher.add(op)
    await turn()
    expect(sizes()).toEqual([1])
    expect(batcher.waiting).toBe(3)
    commit(0)
    await turn()
    expect(sizes()).toEqual([1, 3])
  })

  it('puts no more than its limit of operations into a batch', async () => {
    const { batcher, commit, sizes } = setup({ itemsMax: 4 })
    for (const op of range(10)) void batcher.add(op)
    for (const index of [0, 1, 2]) {
      await turn()
      commit(index)
    }
    await turn()
    expect(sizes()).toEqual([4, 4, 2])
  })

  it('puts no more than its limit of weight into a batch, and lets a heavier operation go alone, in order', async () => {
    const { batcher, batches, commit } = setup({ weightMax: 10, weigh: (op) => op })
    for (const op of [4, 6, 1, 50, 3, 7, 1]) void batcher.add(op)
    for (const index of [0, 1, 2, 3, 4]) {
      await turn()
      if (index < 4) commit(index)
    }
    expect(batches.map(({ ops }) => ops)).toEqual([[4, 6], [1], [50], [3, 7], [1]])
  })

  it('refuses at once when its queue is full, and takes again when there is room', async () => {
    const { batcher, commit } = setup({ capacity: 3, itemsMax: 2 })
    for (const op of [0, 1, 2]) void batcher.add(op)
    await expect(batcher.add(3)).rejects.toMatchObject({ name: 'AppError', code: 'overloaded' })
    await turn()
    const later = batcher.add(4)
    commit(0)
    await turn()
    commit(1)
    expect(await later).toBe('done 4')
  })

  it('fails every operation of a batch that fails, and only those', async () => {
    const { batcher, batches, commit } = setup({ itemsMax: 2 })
    const results = [0, 1, 2].map((op) => batcher.add(op))
    const settled = Promise.allSettled(results)
    await turn()
    batches[0]!.done.reject(new Error('disk full'))
    await turn()
    commit(1)
    expect((await settled).map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error).message))).toEqual([
      'disk full',
      'disk full',
      'done 2',
    ])
  })

  it('fails a batch that gives another number of results', async () => {
    const { batcher, batches } = setup()
    const result = batcher.add(0)
    await turn()
    batches[0]!.done.resolve([])
    await expect(result).rejects.toThrow('a batch of 1 gave 0 results')
  })

  it('fails the operations of a run that throws before it gives a promise', async () => {
    const { batcher } = setup({
      run() {
        throw new Error('closed')
      },
    })
    await expect(batcher.add(0)).rejects.toThrow('closed')
  })

  it('keeps several batches under way where that is allowed, the further ones after the linger', async () => {
    const clock = createFakeClock()
    const { batcher, sizes } = setup({ clock, concurrency: 2, lingerMs: 2 })
    void batcher.add(0)
    await turn()
    void batcher.add(1)
    await turn()
    void batcher.add(2)
    await turn()
    expect(sizes()).toEqual([1])
    clock.advance(2)
    expect(sizes()).toEqual([1, 2])
    void batcher.add(3)
    clock.advance(10)
    await turn()
    expect(sizes()).toEqual([1, 2])
  })

  it('does not linger once a batch is full', async () => {
    const clock = createFakeClock()
    const { batcher, sizes } = setup({ clock, concurrency: 2, lingerMs: 2, itemsMax: 3 })
    void batcher.add(0)
    await turn()
    for (const op of [1, 2, 3]) void batcher.add(op)
    await turn()
    expect(sizes()).toEqual([1, 3])
  })

  it('lets a further batch leave once it has its share of the one before, and no sooner while one is under way', async () => {
    const { batcher, commit, sizes } = setup({ concurrency: 2, lingerMs: Infinity, followsAt: 0.5 })
    for (const op of range(6)) void batcher.add(op)
    await turn()
    for (const op of [6, 7]) void batcher.add(op)
    await turn()
    expect(sizes()).toEqual([6])
    for (const op of [8, 9]) void batcher.add(op)
    await turn()
    expect(sizes()).toEqual([6, 4])
    void batcher.add(10)
    await turn()
    commit(0)
    await turn()
    expect(sizes()).toEqual([6, 4])
    void batcher.add(11)
    await turn()
    expect(sizes()).toEqual([6, 4, 2])
    commit(1)
    commit(2)
    await turn()
    void batcher.add(12)
    await turn()
    expect(sizes()).toEqual([6, 4, 2, 1])
  })

  it('goes on with less than that share when nothing is under way any more', async () => {
    const { batcher, commit, sizes } = setup({ concurrency: 2, lingerMs: Infinity, followsAt: 0.5 })
    for (const op of range(6)) void batcher.add(op)
    await turn()
    void batcher.add(6)
    await turn()
    commit(0)
    await turn()
    expect(sizes()).toEqual([6, 1])
  })

  it('lets none follow a batch that was given a measure, until it ends', async () => {
    const measures = [2, 3]
    const { batcher, commit, sizes } = setup({
      concurrency: 2,
      lingerMs: Infinity,
      followsAt: 0.5,
      allowance: () => measures.shift() ?? Infinity,
    })
    for (const op of range(300)) void batcher.add(op)
    await turn()
    for (const op of range(300)) void batcher.add(op)
    await turn()
    expect(sizes()).toEqual([2])
    commit(0)
    await turn()
    expect(sizes()).toEqual([2, 3])
    commit(1)
    await turn()
    expect(sizes()).toEqual([2, 3, 256, 256])
  })

  it('drains what collects without a time', async () => {
    const { batcher, commit, sizes } = setup({ concurrency: 2, lingerMs: Infinity, followsAt: 0.5 })
    for (const op of range(6)) void batcher.add(op)
    await turn()
    const last = batcher.add(6)
    const closing = batcher.close()
    await turn()
    expect(sizes()).toEqual([6, 1])
    commit(0)
    commit(1)
    expect(await last).toBe('done 6')
    await closing
  })

  it('drains when it closes, then refuses', async () => {
    const { batcher, commit, sizes } = setup({ itemsMax: 2 })
    const results = range(3).map((op) => batcher.add(op))
    let closed = false
    const closing = batcher.close().then(() => (closed = true))
    await expect(batcher.add(9)).rejects.toMatchObject({ code: 'stopping' })
    await turn()
    commit(0)
    await turn()
    expect(closed).toBe(false)
    commit(1)
    await closing
    expect(await Promise.all(results)).toHaveLength(3)
    expect(sizes()).toEqual([2, 1])
    await batcher.close()
  })

  it('closes at once when it is idle', async () => {
    await expect(setup().batcher.close()).resolves.toBeUndefined()
  })

  it('loses nothing, in 50,000 operations that come at all moments', async () => {
    let rows = 0
    const seen = new Set<number>()
    const batcher = new Batcher<number, number>({
      clock: systemClock,
      capacity: 100_000,
      concurrency: 2,
      lingerMs: 1,
      weigh: (op) => (op % 13) + 1,
      async run(ops) {
        expect(ops.length).toBeLessThanOrEqual(256)
        expect(ops.reduce((sum, op) => sum + (op % 13) + 1, 0)).toBeLessThanOrEqual(2_000)
        rows += ops.length
        if (rows % 3 === 0) await turn()
        for (const op of ops) seen.add(op)
        return ops.map((op) => op * 2)
      },
    })
    let wrong = 0
    const adding: Promise<void>[] = []
    for (let op = 0; op < 50_000; op++) {
      adding.push(
        batcher.add(op).then((result) => {
          if (result !== op * 2) wrong++
        }),
      )
      if (op % 700 === 0) await turn()
      else if (op % 50 === 0) await Promise.resolve()
    }
    await Promise.all(adding)
    expect([wrong, seen.size, rows]).toEqual([0, 50_000, 50_000])
  })

  it('holds no more than its allowance, asked for each batch, and one operation at least', async () => {
    const allowances = [10, 3, 0]
    const { batcher, batches, commit } = setup({ allowance: () => allowances.shift() ?? Infinity, sizeOf: (op) => op })
    for (const op of [4, 5, 6, 2, 1, 9, 9]) void batcher.add(op)
    for (let i = 0; i < 4; i++) {
      await turn()
      commit(i)
    }
    expect(batches.map(({ ops }) => ops)).toEqual([[4, 5], [6], [2], [1, 9, 9]])
  })
})
