import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { createFakeClock } from '#platform/testing'
import { createTransaction } from '../writes/transaction.ts'
import { WriteQueue } from '../writes/write-queue.ts'
import { Holding } from './holding.ts'

function open() {
  const queue = new WriteQueue({ transaction: createTransaction(new Database(':memory:')), clock: createFakeClock() })
  return { queue, holding: new Holding(queue) }
}

it('what is asked for while it holds comes behind the write that ends it', async () => {
  const { queue, holding } = open()
  const done: string[] = []
  expect(await holding.begin(() => 'seen')).toBe('seen')
  const behind = queue.write(() => done.push('behind'))
  await holding.end(() => done.push('held'))
  await behind
  expect(done).toEqual(['held', 'behind'])
})

it('where nothing could be seen there is no hold: what waits is committed, and the next one begins', async () => {
  const { queue, holding } = open()
  const failing = holding.begin(() => {
    throw new Error('disk I/O error')
  })
  const behind = queue.write(() => 'committed')
  await expect(failing).rejects.toThrow('disk I/O error')
  expect(await behind).toBe('committed')
  expect(await holding.begin(() => 'seen')).toBe('seen')
  await holding.end(() => undefined)
})
