import type { ApiDeps } from '../../deps.ts'
import type { Answer } from '../../route.ts'

/** By whom people may sign in here; their page asks before it knows who they are. */
export async function listProviders({ settings }: Pick<ApiDeps, 'settings'>): Promise<Answer> {
  return { status: 200, body: { data: settings.signInProviders.map(({ id, label }) => ({ id, label })) } }
}
