import type { replayOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredReplay, Stretch } from '#store'
import type { ApiDeps } from '../deps.ts'
import { listPage } from '../list-page.ts'
import { isInPortal } from '../portal/of-portal.ts'
import type { Answer, Call } from '../route.ts'
import { replayJson } from './replay-json.ts'

type ReadCall = Call<typeof replayOperations.get>

export function listReplays({ store }: ApiDeps, { application, query, actor }: Call<typeof replayOperations.list>): Promise<Answer> {
  const read = (rows: Stretch) => store.queries.replays.list(application.id, rows, { toEndpoints: isInPortal(actor) })
  return listPage(query, { kind: 'rpl', natural: 'descending', by: 'id', read, item: replayJson })
}

export async function getReplay(deps: ApiDeps, call: ReadCall): Promise<Answer> {
  return { status: 200, body: replayJson(await existingReplay(deps, call)) }
}

/** The replay that the path names. In the portal there are those that send to endpoints alone, whoever began them: its people may end them, too. */
export async function existingReplay(
  { store }: ApiDeps,
  { params, application, actor }: Pick<ReadCall, 'params' | 'application' | 'actor'>,
): Promise<StoredReplay> {
  const row = await store.queries.replays.find(application.id, params['replay_id'] ?? '', { toEndpoints: isInPortal(actor) })
  if (row === undefined) throw new AppError('not_found')
  return row
}
