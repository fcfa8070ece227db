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
