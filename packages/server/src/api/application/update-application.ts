import { applicationIn, type applicationOperations } from '@posthorn/contract'
import { AppError, isId } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { changeApplication } from '../change.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import { choosePlan } from '../plan/choose-plan.ts'
import type { Answer, Call } from '../route.ts'
import { applicationJson, settingsAfter, type ApplicationRow } from './application-row.ts'
import { insertApplication, type ApplicationIn } from './create-application.ts'
import { existingApplication } from './read-applications.ts'
import { refuseReserved } from './reserved-application.ts'

/** Replaces the application, or makes it under the uid that the path names. */
export async function replaceApplication(deps: ApiDeps, call: Call<typeof applicationOperations.update>): Promise<Answer> {
  const idOrUid = call.params['app_id']!
  const snapshot = await deps.config.application(idOrUid)
  if (!snapshot) {
    if (isId('app', idOrUid)) throw new AppError('not_found')
    const body = check(applicationIn, { ...call.body, uid: call.body.uid ?? idOrUid }, 'body') as ApplicationIn
    return { status: 201, body: applicationJson(await insertApplication(deps, call, body)) }
  }
  const { name, uid, metadata, throttleRate, ...ours } = call.body
  const values = (before: ApplicationRow) => ({
    name,
    uid: uid === undefined ? before.uid : uid,
    metadata: JSON.stringify(metadata),
    throttle_rate: throttleRate ?? null,
  })
  const after = await updateApplication(deps, { ...call, application: snapshot }, { ...ours, values })
  return { status: 200, body: applicationJson(after) }
}

export async function patchApplication(deps: ApiDeps, call: Call<typeof applicationOperations.patch>): Promise<Answer> {
  const snapshot = await existingApplication(deps, call.params)
  const { name, uid, metadata, throttleRate, ...ours } = call.body
  const values = (before: ApplicationRow) => ({
    name: name ?? before.name,
    uid: uid === undefined ? before.uid : uid,
    metadata: metadata ? JSON.stringify(metadata) : before.metadata,
    throttle_rate: throttleRate === undefined ? before.throttle_rate : throttleRate,
  })
  const after = await updateApplication(deps, { ...call, application: snapshot }, { ...ours, values })
  return { status: 200, body: applicationJson(after) }
}

/** What Svix's PUT replaces is in `values`; our own fields stay as they are unless the body names them. */
interface Update extends Pick<ApplicationIn, 'plan' | 'defaultSigning' | 'defaultRetryPolicy'> {
  readonly values: (before: ApplicationRow) => Partial<ApplicationRow>
}

/** The version is compared and raised by the store, so it is not among the values. */
async function updateApplication(
  deps: ApiDeps,
  call: Pick<Call, 'actor' | 'ip'> & { readonly application: ApplicationSnapshot },
  { plan: wanted, ...fields }: Update,
): Promise<ApplicationRow> {
  return changeApplication(deps, call, async ({ id, row: before }) => {
    const otherPlan = wanted !== undefined && wanted !== before.plan
    const plan = otherPlan ? await choosePlan(deps, wanted) : { name: before.plan, statements: [] }
    const settings = settingsAfter(before.settings, fields)
    const changed = { ...fields.values(before), plan: plan.name, settings, updated_at: deps.clock.now() }
    const after = { ...before, ...changed }
    if (after.name !== before.name || after.uid !== before.uid) refuseReserved(before)

    return {
      statements: [...plan.statements, deps.store.statements.applications.update(before.id, changed)],
      ...(otherPlan && { limits: { application: id } }),
      action: 'application.updated',
      target: before.id,
      before: applicationJson(before),
      after: applicationJson(after),
      result: after,
    }
  })
}
