import { isId } from '#domain'
import type { Store } from '#store'

/** How people know a member or a key that did something; null: neither of both, or gone. */
export async function nameOf({ queries }: Pick<Store, 'queries'>, actor: string | null): Promise<string | null> {
  if (actor === null) return null
  if (isId('mem', actor)) {
    const member = await queries.members.find(actor)
    return member === undefined ? null : member.name || member.email
  }
  return (isId('key', actor) && (await queries.keys.find(actor))?.name) || null
}

/** Of all who did something, by id: on a page they are few. */
export async function namesOf(store: Pick<Store, 'queries'>, actors: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  return new Map(await Promise.all([...new Set(actors)].map(async (actor) => [actor, await nameOf(store, actor)] as const)))
}
