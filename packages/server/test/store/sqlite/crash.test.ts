import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIds } from '#domain'
import { systemClock, systemRandom } from '#platform'
import { silentLog } from '#platform/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqlite } from '#store/sqlite'
import { tablesOf } from '#store/testing'
import { worldOver } from '../conformance/subject.ts'

interface Said {
  run?: string
  good?: string
  accepted?: string
  deliveries?: string[]
  settled?: string
  ok?: boolean
}

/** Runs the child until it has killed itself; whole lines are what it acknowledged. */
function crash(folder: string, point: string, passes: number): Promise<Said[]> {
  return new Promise((resolve, reject) => {
    const child = join(import.meta.dirname, 'crash-child.ts')
    execFile(process.execPath, [child, folder, point, String(passes)], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error?.signal !== 'SIGKILL') return reject(new Error(`the child ended otherwise: ${error?.message} ${stderr}`))
      const lines = stdout.slice(0, stdout.lastIndexOf('\n') + 1).split('\n')
      resolve(lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Said))
    })
  })
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-crash-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe('F1: kill -9 in the middle of a commit', () => {
  // Setting the scene passes the points seven times; then a crash early, and one after some tens of commits.
  it.each([
    ['begun', 9],
    ['applied', 10],
    ['committed', 11],
    ['begun', 60],
    ['applied', 61],
    ['committed', 62],
  ])('%s, after %i: all that was acknowledged is there, and what was under way is whole or not at all', async (point, passes) => {
    const folder = makeFolder()
    const said = await crash(folder, point, passes)
    expect(said.length).toBeGreaterThan(1)
    const store = await openSqlite({ folder, clock: systemClock, log: silentLog })
    onTestFinished(() => store.close())
    const world = worldOver(store)
    for (const { accepted, deliveries = [] } of said) {
      if (accepted === undefined) continue
      expect((await world.message(accepted))?.payload).toEqual(Buffer.alloc(3000, 7))
      for (const id of deliveries) expect(await world.delivery(id)).toBeDefined()
    }
    for (const { settled, ok } of said) {
      if (settled === undefined) continue
      expect(await world.delivery(settled)).toMatchObject(ok ? { status: 'delivered' } : { status: 'waiting', retries: 1 })
      expect(await world.attempts(settled)).toHaveLength(1)
    }
    // Whole or not at all: each message has both deliveries, each waiting delivery exactly one task, each attempt is counted.
    const db = tablesOf(store)
    const rows = await db.selectFrom('delivery').selectAll().execute()
    const messages = await db.selectFrom('message').select('id').execute()
    const tasks = await db.selectFrom('task').selectAll().execute()
    const attempts = await db.selectFrom('attempt').select('delivery_id').execute()
    expect(rows).toHaveLength(messages.length * 2)
    expect(tasks.map((task) => `${task.delivery} ${task.due}`).toSorted()).toEqual(
      rows
        .filter((row) => row.status === 'waiting')
        .map((row) => `${row.id} ${row.next_at}`)
        .toSorted(),
    )
    expect(attempts).toHaveLength(rows.reduce((sum, row) => sum + row.attempts, 0))
  })

  it('the next process adopts the runs at once, finds the due lanes, and counts the crash as a takeover', async () => {
    const folder = makeFolder()
    const said = await crash(folder, 'applied', 40)
    const run = said.find((one) => one.run !== undefined)!.run!
    const store = await openSqlite({ folder, clock: systemClock, log: silentLog })
    onTestFinished(() => store.close())
    const session = createIds({ now: systemClock.now, fill: systemRandom().fill }).make('ses')
    await store.openSession(session)
    expect(await store.adoptRuns(session, 10)).toEqual([{ run, application: expect.any(String), rev: 1 }])
    const due = await tablesOf(store).selectFrom('task').select('delivery').where('due', '<=', systemClock.now()).execute()
    const claim = await store.claim(session, 10, 1000)
    expect(claim.tasks.map((task) => task.delivery).toSorted()).toEqual(due.map((task) => task.delivery).toSorted())
    for (const lane of claim.lanes) expect(lane.takeovers).toBe(1)
    // Failures outlive the process, because settlements wrote them.
    const lanes = await tablesOf(store).selectFrom('lane').select(['lane', 'failures']).execute()
    expect(lanes.map((lane) => lane.failures).toSorted((a, b) => a - b)).toEqual([0, 3])
  })
})
