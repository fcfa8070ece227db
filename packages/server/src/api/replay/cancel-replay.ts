import type { replayOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { existingReplay } from './read-replays.ts'
import { replayJson } from './replay-json.ts'

export async function cancelReplay(deps: ApiDeps, call: Call<typeof replayOperations.cancel>): Promise<Answer> {
  await changeOrganisation(deps, call, async () => {
    const { id, status, rev } = await existingReplay(deps, call)
    if (status !== 'running') throw new AppError('conflict', { detail: `The replay is ${status} already.` })
    return {
      statements: [deps.store.statements.replays.cancel({ id, rev }, deps.clock.now())],
      ...{ application: call.application.id, action: 'replay.cancelled', target: id },
      ...{ before: { status }, after: { status: 'cancelled' }, result: undefined },
    }
  })
  return { status: 200, body: replayJson(await existingReplay(deps, call)) }
}
