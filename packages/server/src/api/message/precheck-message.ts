import type { messageOperations } from '@posthorn/contract'
import { subscribedEndpoints } from '#coordination'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'

/** Filters of endpoints are not asked: they are for payloads, and there is none yet. Paused ones count, because they get it later. */
export async function precheckMessage(
  _: ApiDeps,
  { application, body: { eventType, channels = null } }: Call<typeof messageOperations.precheck>,
): Promise<Answer> {
  const active = subscribedEndpoints(application).some(({ skip, wants }) => !skip && wants({ eventType, channels }))
  return { status: 200, body: { active } }
}
