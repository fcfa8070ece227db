import type { meOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { meJson } from './me-json.ts'

/** Who calls, and what they may do. */
export async function getMe(deps: ApiDeps, { actor }: Call<typeof meOperations.get>): Promise<Answer> {
  return { status: 200, body: await meJson(deps, actor), headers: { 'cache-control': 'no-store' } }
}
