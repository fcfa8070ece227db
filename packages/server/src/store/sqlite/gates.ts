import type { ApplicationId, RunId } from '#domain'
import type { GateStore } from '../port/gates.ts'
import type { HeldRun } from '../port/runs.ts'
import { gates } from '../records/run.ts'
import type { Engine } from './engine.ts'
import type { WriteQueue } from './writes/write-queue.ts'

interface WaitingRow {
  id: string
  application_id: string
  rev: number
}

export function prepareGates({ db, sessions }: Engine, { write }: Pick<WriteQueue, 'write'>): GateStore {
  const roomOf = db.prepare<[string], number>('select runs_max from flow_gate where flow_id = ?').pluck()
  const within = db
    .prepare<[string], number>(`select count(*) from run where gate = ${gates.within} and flow_id = ? and finished_at is null`)
    .pluck()
  const flowAfter = db
    .prepare<[string], string | null>(`select min(flow_id) from run where gate = ${gates.waits} and flow_id > ? and finished_at is null`)
    .pluck()
  const waiting = db.prepare<[string, number], WaitingRow>(
    `select id, application_id, rev from run where gate = ${gates.waits} and flow_id = ? and finished_at is null order by id limit ?`,
  )
  const gateOf = db.prepare<[string, string, number], number | null>('select gate from run where id = ? and holder = ? and rev = ?').pluck()
  const letIn = db.prepare(`update run set gate = ${gates.within} where id = ?`)
  const keepOut = db.prepare(`update run set gate = ${gates.waits}, holder = null, rev = rev + 1 where id = ?`)
  const wake = db.prepare(`update run set gate = ?, holder = ?, rev = rev + 1 where id = ?`)
  const free = (flow: string) => (roomOf.get(flow) ?? Infinity) - within.get(flow)!

  return {
    enterGate: (session, { run, rev, flow }) =>
      write(() => {
        const gate = gateOf.get(run, session, rev)
        if (gate === undefined) return false
        if (gate === gates.within || roomOf.get(flow) === undefined) return true
        const isOpen = free(flow) > 0 && waiting.get(flow, 1) === undefined
        if (isOpen) letIn.run(run)
        else keepOut.run(run)
        return isOpen
      }),
    async openGates(session, most) {
      if (flowAfter.get('') === null) return []
      return write(() => {
        const opened: HeldRun[] = []
        if (!sessions.alive(session) || sessions.holderFor(session) !== session) return opened
        for (let flow = flowAfter.get(''); flow && opened.length < most; flow = flowAfter.get(flow)) {
          const room = Math.min(free(flow), most - opened.length)
          if (room <= 0) continue
          for (const { id, application_id, rev } of waiting.all(flow, room)) {
            wake.run(roomOf.get(flow) === undefined ? null : gates.within, session, id)
            opened.push({ run: id as RunId, application: application_id as ApplicationId, rev: rev + 1 })
          }
        }
        return opened
      })
    },
  }
}
