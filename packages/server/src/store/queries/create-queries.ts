import { createApplicationQueries } from './applications.ts'
import { createEndpointQueries } from './endpoints.ts'
import { createEntryQueries } from './entries.ts'
import { createEventTypeQueries } from './event-type.ts'
import { createFlowQueries } from './flows.ts'
import { createKeyQueries } from './keys.ts'
import { createLaneQueries } from './lanes.ts'
import { createListenerQueries } from './listeners.ts'
import { createMemberQueries } from './members.ts'
import { createPlanQueries } from './plans.ts'
import { createPortalQueries } from './portal.ts'
import { createReplayQueries } from './replays.ts'
import { createConnectionQueries } from './connections.ts'
import { createSecretQueries } from './secrets.ts'
import { createSiloQueries } from './silo.ts'
import { createSessionQueries } from './sessions.ts'
import type { Tables } from './tables.ts'
import { createTakenKeyQueries } from './taken-keys.ts'
import { createViewQueries } from './views.ts'

/** Reads of configuration and live work, by noun. They lie in the tables of an engine, unlike logs, which may lie elsewhere some day. */
export function createQueries(tables: Tables) {
  return {
    applications: createApplicationQueries(tables),
    plans: createPlanQueries(tables),
    eventTypes: createEventTypeQueries(tables),
    endpoints: createEndpointQueries(tables),
    entries: createEntryQueries(tables),
    listeners: createListenerQueries(tables),
    flows: createFlowQueries(tables),
    secrets: createSecretQueries(tables),
    connections: createConnectionQueries(tables),
    silo: createSiloQueries(tables),
    keys: createKeyQueries(tables),
    members: createMemberQueries(tables),
    portal: createPortalQueries(tables),
    views: createViewQueries(tables),
    sessions: createSessionQueries(tables),
    lanes: createLaneQueries(tables),
    replays: createReplayQueries(tables),
    takenKeys: createTakenKeyQueries(tables),
  }
}

export type Queries = ReturnType<typeof createQueries>
