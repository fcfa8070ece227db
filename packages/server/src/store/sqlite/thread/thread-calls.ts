import type { Failpoint } from '#platform'
import type { SessionId } from '#domain'
import type { EngineCalls } from '../engine-calls.ts'
import type { BatchName } from './parcel.ts'
import type { StoreOrder } from './protocol.ts'
import { sendAccepts, sendRunCommits, sendSettlements, type Send } from './send-batch.ts'
import type { ThreadLink } from './thread-link.ts'
import { withBuffers } from './with-buffers.ts'
import { withoutTrees } from './without-trees.ts'

/** The engine's calls, asked of its thread. The three group commits cross as parcels, all others as they are. */
export function createThreadCalls(link: ThreadLink<StoreOrder>, failpoint: Failpoint): EngineCalls {
  const call = <Name extends keyof EngineCalls>(name: Name): EngineCalls[Name] =>
    (async (...given: readonly unknown[]) => withBuffers(await link.ask({ kind: 'call', name, given }))) as unknown as EngineCalls[Name]
  const send =
    (name: BatchName, session: SessionId): Send =>
    (parcel) => {
      const answer = link.ask({ kind: 'batch', name, session, ...parcel }, [parcel.bytes.buffer])
      failpoint('store.asked')
      return answer
    }
  const [mutate, cancelRuns, cancelDeliveries, resend] = [call('mutate'), call('cancelRuns'), call('cancelDeliveries'), call('resend')]
  return {
    mutate: (mutation) => mutate(withoutTrees(mutation)),
    changes: call('changes'),
    openSession: call('openSession'),
    beat: call('beat'),
    reap: call('reap'),
    closeSession: call('closeSession'),
    freeLanes: call('freeLanes'),
    adoptRuns: call('adoptRuns'),
    accept: async (session, operations) => sendAccepts(operations, send('accept', session)),
    commitRuns: async (session, commits) => sendRunCommits(commits, send('commitRuns', session)),
    settle: async (session, settlements, lanes) => sendSettlements(settlements, lanes, send('settle', session)),
    claim: call('claim'),
    refill: call('refill'),
    release: call('release'),
    begin: call('begin'),
    reserve: call('reserve'),
    loadDeliveries: call('loadDeliveries'),
    heldRuns: call('heldRuns'),
    wakeDueRuns: call('wakeDueRuns'),
    enterGate: call('enterGate'),
    openGates: call('openGates'),
    dueSchedules: call('dueSchedules'),
    startScheduled: call('startScheduled'),
    loadRuns: call('loadRuns'),
    replies: call('replies'),
    answerRuns: call('answerRuns'),
    cancelRuns: (ids, alongside) => cancelRuns(ids, alongside && withoutTrees(alongside)),
    cancelDeliveries: (ids, wake, alongside) => cancelDeliveries(ids, wake, alongside && withoutTrees(alongside)),
    resend: (ids, alongside) => resend(ids, alongside && withoutTrees(alongside)),
    advanceReplay: call('advanceReplay'),
    purgeEntries: call('purgeEntries'),
    retain: call('retain'),
    health: call('health'),
  }
}
