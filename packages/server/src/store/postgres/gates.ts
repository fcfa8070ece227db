import type { ApplicationId, RunId } from '#domain'
import type { GateStore } from '../port/gates.ts'
import type { Run } from './connection/pool.ts'
import { named } from './functions/install.ts'

export function createGateStore(run: Run): GateStore {
  return {
    async enterGate(session, { run: id, rev, flow }) {
      const { rows } = await run({
        name: 'enter_gate',
        text: named('select posthorn.enter_gate($1, $2, $3, $4) as entered'),
        values: [session, id, rev, flow],
      })
      return rows[0]!.entered as boolean
    },
    async openGates(session, most) {
      const { rows } = await run({
        name: 'open_gates',
        text: named('select posthorn.open_gates($1, $2) as opened'),
        values: [session, most],
      })
      const opened = rows[0]!.opened as readonly (readonly [RunId, ApplicationId, number])[]
      return opened.map(([id, application, rev]) => ({ run: id, application, rev }))
    },
  }
}
