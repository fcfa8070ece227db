import { redirect } from '@tanstack/react-router'
import { enter } from './enter.ts'
import { lastApplication } from './last-application.ts'
import { routeOfId } from './route-of-id.ts'

type Entering = Parameters<typeof enter>[0] & { readonly params: { readonly id: string } }

/** Leads to the page of an id, once somebody is signed in; an id of nothing stays where it is. */
export async function jumpToId(entering: Entering): Promise<void> {
  await enter(entering)
  const route = routeOfId(lastApplication(), entering.params.id)
  if (route !== undefined) redirect({ to: route.to, params: route.params, throw: true } as never)
}
