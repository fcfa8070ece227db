import type { Tables } from '../queries/tables.ts'
import { createApplicationStatements } from './applications.ts'
import { createEndpointStatements } from './endpoints.ts'
import { createEntryStatements } from './entries.ts'
import { createEventTypeStatements } from './event-type.ts'
import { createFlowStatements } from './flows.ts'
import { createKeyStatements } from './keys.ts'
import { createListenerStatements } from './listeners.ts'
import { createLogStatements } from './logs.ts'
import { createMemberStatements } from './members.ts'
import { createPlanStatements } from './plans.ts'
import { createPortalStatements } from './portal.ts'
import { createReplayStatements } from './replays.ts'
import { createConnectionStatements } from './connections.ts'
import { createSecretStatements } from './secrets.ts'
import { createSiloStatements } from './silo.ts'
import { createTakenKeyStatements } from './taken-keys.ts'
import { createViewStatements } from './views.ts'

/** Writes of management, by noun: each makes a statement, and `Store.mutate` runs those of one change together. */
export function createStatements(tables: Tables) {
  return {
    applications: createApplicationStatements(tables),
    plans: createPlanStatements(tables),
    eventTypes: createEventTypeStatements(tables),
    endpoints: createEndpointStatements(tables),
    entries: createEntryStatements(tables),
    listeners: createListenerStatements(tables),
    flows: createFlowStatements(tables),
    secrets: createSecretStatements(tables),
    connections: createConnectionStatements(tables),
    silo: createSiloStatements(tables),
    keys: createKeyStatements(tables),
    members: createMemberStatements(tables),
    portal: createPortalStatements(tables),
    views: createViewStatements(tables),
    replays: createReplayStatements(tables),
    takenKeys: createTakenKeyStatements(tables),
    logs: createLogStatements(tables),
  }
}

export type Statements = ReturnType<typeof createStatements>
