import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { ApplicationId } from '#domain'
import { createFakeClock } from '#platform/testing'
import type { LaneId } from '../../port/lanes.ts'
import { laneStates } from '../../records/lane.ts'
import { openFile } from '../file/open-file.ts'
import { createTransaction } from '../writes/transaction.ts'
import { KnownLanes } from './known-lanes.ts'

it('lanes that are only looked at are forgotten beyond the bound, and those with an owner stay', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-lanes-'))
  const db = await openFile({ folder, clock: createFakeClock() })
  onTestFinished(() => {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const names = Array.from({ length: 1000 }, (_, i) => `ep_${i}` as LaneId)
  const insert = db.prepare(`insert into lane (lane, application_id, state, next_due, ordered) values (?, 'app_1', ?, 0, 0)`)
  for (const lane of names) insert.run(lane, laneStates.ready)
  const transaction = createTransaction(db)
  const lanes = new KnownLanes(db, transaction, 10)
  const within = (work: () => void) => {
    transaction.begin('careful')
    work()
    transaction.commit()
  }
  within(() => lanes.create({ lane: 'ep_own' as LaneId, application: 'app_1' as ApplicationId, state: laneStates.ready, ordered: false }))
  within(() => lanes.take(lanes.get('ep_own' as LaneId)!, 'ses_1'))
  for (const lane of names) within(() => expect(lanes.get(lane)).toMatchObject({ lane, owner: null }))
  expect(lanes.size).toBe(10)
  expect(lanes.get('ep_own' as LaneId)).toMatchObject({ owner: 'ses_1' })
})
