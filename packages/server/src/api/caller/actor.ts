import type { MemberRole } from '@posthorn/contract'
import type { ApplicationId, KeyId, MemberId } from '#domain'

/** Who calls, and what they may do: a program with a key, or a person whose browser has a session. */
export type Actor = KeyActor | MemberActor

interface Rights {
  /** Those that it may enter. Null: all, and what belongs to the organisation. */
  readonly applications: readonly ApplicationId[] | null
  readonly access: 'read' | 'write'
  /** Of a key: what a member would need to be, to do as much. */
  readonly role: MemberRole
  /** Which flagged event types it sees, beside those without a flag. Null: all. */
  readonly featureFlags: readonly string[] | null
  /** Wall time. Null: it does not end. */
  readonly expiresAt: number | null
}

interface KeyActor extends Rights {
  readonly kind: 'key'
  /** What the audit log names. */
  readonly id: KeyId
  /** For the people of a customer: it reaches what the portal shows, and nothing else of its application. */
  readonly isPortal: boolean
}

export interface MemberActor extends Rights {
  readonly kind: 'member'
  readonly id: MemberId
  /** Digest of the session's token. */
  readonly session: string
}

export function mayEnter({ applications }: Pick<Actor, 'applications'>, application: ApplicationId): boolean {
  return applications === null || applications.includes(application)
}
