import { tables } from './0001-0019/0001-tables.ts'
import { changedIn } from './0001-0019/0002-changed-in.ts'
import { sessionTakes } from './0001-0019/0003-session-takes.ts'
import { laneLimits } from './0001-0019/0004-lane-limits.ts'
import { quotaAndPlans } from './0001-0019/0005-quota-and-plans.ts'
import { endpointContent } from './0001-0019/0006-endpoint-content.ts'
import { apiTail } from './0001-0019/0007-api-tail.ts'
import { replays } from './0001-0019/0008-replays.ts'
import { manualTasks } from './0001-0019/0010-manual-tasks.ts'
import { deliveryRoom } from './0001-0019/0011-delivery-room.ts'
import { answerBy } from './0001-0019/0012-answer-by.ts'
import { healthRoom } from './0001-0019/0013-health-room.ts'
import { storeKey } from './0001-0019/0014-store-key.ts'
import { configurationParts } from './0001-0019/0015-configuration-parts.ts'
import { flowDraft } from './0001-0019/0016-flow-draft.ts'
import { members } from './0001-0019/0017-members.ts'
import { dueRuns } from './0001-0019/0018-due-runs.ts'
import { entries } from './0001-0019/0019-entries.ts'
import { requestProof } from './0020-request-proof.ts'
import { schedules } from './0024-schedules.ts'
import { silo } from './0025-silo.ts'
import { jobs } from './0026-jobs.ts'
import { flowAuthors } from './0027-flow-authors.ts'
import { portal } from './0029-portal.ts'
import { connections } from './0032-connections.ts'
import { siloUsage } from './0033-silo-usage.ts'
import { views } from './0034-views.ts'
import { captures } from './0035-captures.ts'
import { requestTook } from './0036-request-took.ts'
import { endsOlder } from './0037-ends-older.ts'
import type { Migration } from './migrate.ts'

/** Every migration, in the order of their numbers. */
export const migrations: readonly Migration[] = [
  tables,
  changedIn,
  sessionTakes,
  laneLimits,
  quotaAndPlans,
  endpointContent,
  apiTail,
  replays,
  manualTasks,
  deliveryRoom,
  answerBy,
  healthRoom,
  storeKey,
  configurationParts,
  flowDraft,
  members,
  dueRuns,
  entries,
  requestProof,
  schedules,
  silo,
  jobs,
  flowAuthors,
  portal,
  connections,
  siloUsage,
  views,
  captures,
  requestTook,
  endsOlder,
]
