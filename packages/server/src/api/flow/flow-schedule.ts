import type { FlowDefinition } from '@posthorn/contract'
import { nextMoment } from '#flows'
import type { Statement, StoredFlow } from '#store'
import type { ApiDeps } from '../deps.ts'

/** What becomes of a flow's schedule when this definition is its published one (null: none is), or when it is switched on or off. */
export async function scheduleChange(
  { store, clock }: Pick<ApiDeps, 'store' | 'clock'>,
  flow: Pick<StoredFlow, 'id' | 'application_id' | 'enabled'>,
  definition: string | null,
): Promise<{ readonly dueAt: number | null; readonly statements: readonly Statement[] }> {
  const { flows } = store.statements
  const trigger = definition === null ? undefined : (JSON.parse(definition) as FlowDefinition).trigger
  if (trigger?.kind !== 'schedule' || flow.enabled !== 1) return { dueAt: null, statements: [flows.dropSchedule(flow.id)] }
  const dueAt = await nextMoment(trigger, clock.now())
  const row = { flow_id: flow.id, application_id: flow.application_id, spec: JSON.stringify(trigger), due_at: dueAt }
  return { dueAt, statements: [flows.keepSchedule(row)] }
}
