import type { MemberOut } from '@posthorn/sdk'

type Role = MemberOut['role']

/** The roles, each with what it may do. */
export const roleOptions: readonly { readonly value: Role; readonly word: string; readonly label: string }[] = [
  { value: 'owner', word: 'Owner', label: 'Owner: everything' },
  { value: 'operator', word: 'Operator', label: 'Operator: all but members, keys and plans' },
  { value: 'viewer', word: 'Viewer', label: 'Viewer: look, and change nothing' },
]
