import { hash } from 'node:crypto'
import { belonging } from '#domain'
import type { Random, Vault } from '#platform'
import type { StoredMemberLink } from '#store'

const HOUR_MS = 3_600_000
/** Invitations wait for whoever reads their mail on Monday; what resets a password is for now. */
const LIFE_MS = { first_owner: 24 * HOUR_MS, owner: HOUR_MS, invite: 7 * 24 * HOUR_MS, reset: 24 * HOUR_MS } as const
const TOKEN_BYTES = 32

/** What stands in the text of a link for an owner, sealed under the master key. */
interface OwnerLink {
  readonly kind: 'first_owner' | 'owner'
  readonly id: string
  readonly expiresAt: number
}

/**
 * A link for an owner, made where the master key is: by `serve` for the first one, by `posthorn link` for who is locked out. It is kept
 * nowhere, so the command needs no store; the vault says whether it is genuine, and its id is written down when it is used.
 */
export function makeOwnerLink(
  vault: Pick<Vault, 'seal'>,
  { kind, random, now }: { readonly kind: OwnerLink['kind']; readonly random: Random; readonly now: number },
): string {
  const id = kind === 'first_owner' ? kind : Buffer.from(random.fill(new Uint8Array(TOKEN_BYTES))).toString('base64url')
  const link: OwnerLink = { kind, id, expiresAt: now + LIFE_MS[kind] }
  return vault.seal(JSON.stringify(link), belonging.ownerLink)
}

/** The link in a token, if it is one for an owner. Of the first one there is one at most, so all of them have one digest. */
export function ownerLinkIn(vault: Pick<Vault, 'textIfOpen'>, token: string): (OwnerLink & { readonly hash: string }) | undefined {
  const text = vault.textIfOpen(token, belonging.ownerLink)
  if (text === undefined) return undefined
  const link = JSON.parse(text) as OwnerLink
  return { ...link, hash: linkDigest(link.id) }
}

/** A link for one member: its row, which knows the digest only, and its token, which is shown once. */
export function newMemberLink(
  { random, now }: { readonly random: Random; readonly now: number },
  { kind, member }: { readonly kind: 'invite' | 'reset'; readonly member: string },
): { readonly row: StoredMemberLink; readonly token: string } {
  const token = `phl_${Buffer.from(random.fill(new Uint8Array(TOKEN_BYTES))).toString('base64url')}`
  const row = { hash: linkDigest(token), kind, member_id: member, created_at: now, expires_at: now + LIFE_MS[kind], used_at: null }
  return { row, token }
}

export function linkDigest(token: string): string {
  return hash('sha256', token)
}

/** Where a link leads. Behind the #, so that it stands in no log of a server or proxy. */
export function linkUrl(apiUrl: string, token: string): string {
  return `${apiUrl.replace(/\/+$/, '')}/welcome#${token}`
}
