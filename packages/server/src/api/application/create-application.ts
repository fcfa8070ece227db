import type { applicationIn, applicationOperations } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, type ApplicationId } from '#domain'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { choosePlan } from '../plan/choose-plan.ts'
import type { Answer, Call } from '../route.ts'
import { applicationJson, settingsAfter, type ApplicationRow } from './application-row.ts'

export type ApplicationIn = z.output<typeof applicationIn>

export async function createApplication(deps: ApiDeps, call: Call<typeof applicationOperations.create>): Promise<Answer> {
  const { uid } = call.body
  const there = async () => (uid != null && call.query.get_if_exists ? deps.config.application(uid) : undefined)
  const before = await there()
  if (before) return { status: 200, body: applicationJson(before.row) }
  try {
    return { status: 201, body: applicationJson(await insertApplication(deps, call, call.body)) }
  } catch (error) {
    // Two callers who want to be sure that it exists may both be first.
    const other = error instanceof AppError && error.code === 'conflict' ? await there() : undefined
    if (!other) throw error
    return { status: 200, body: applicationJson(other.row) }
  }
}

/** Makes an application; its uid is taken by nobody, or the answer is `conflict`. */
export async function insertApplication(deps: ApiDeps, call: Pick<Call, 'actor' | 'ip'>, body: ApplicationIn): Promise<ApplicationRow> {
  const now = deps.clock.now()
  const plan = await choosePlan(deps, body.plan)
  const row: ApplicationRow = {
    id: deps.ids.make('app'),
    uid: body.uid ?? null,
    name: body.name,
    metadata: JSON.stringify(body.metadata),
    plan: plan.name,
    settings: settingsAfter('{}', body),
    throttle_rate: body.throttleRate ?? null,
    version: 1,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
  return changeOrganisation(deps, call, async () => ({
    statements: [...plan.statements, deps.store.statements.applications.insert(row)],
    application: row.id as ApplicationId,
    action: 'application.created',
    target: row.id,
    after: applicationJson(row),
    result: row,
  }))
}
