import type { listenerOperations } from '@posthorn/contract'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { existingListener } from './find-listener.ts'
import { listenerBefore } from './listener-row.ts'
import { refuseOutdated } from './refuse-outdated.ts'

export async function deleteListener(deps: ApiDeps, call: Call<typeof listenerOperations.delete>): Promise<Answer> {
  await changeApplication(deps, call, (application) => {
    const before = existingListener(application, call.params)
    refuseOutdated(call, before)

    return {
      statements: [deps.store.statements.listeners.update(before.id, { deleted_at: deps.clock.now() })],
      action: 'listener.deleted',
      target: before.id,
      before: listenerBefore(deps, application, before),
      result: undefined,
    }
  })
  return { status: 204 }
}
