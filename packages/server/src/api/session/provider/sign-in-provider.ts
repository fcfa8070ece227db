/** Who vouches for members, as the operator configured it. */
export interface SignInProvider {
  /** Stands in the address that it sends the browser back to. */
  readonly id: string
  readonly label: string
  readonly issuer: string
  readonly clientId: string
  /** Absent: a public client. */
  readonly clientSecret?: string | undefined
  readonly scopes: readonly string[]
  /** Whose addresses it may vouch for; none: any. */
  readonly domains: readonly string[]
  /** What somebody becomes who is no member yet; null: nobody comes in uninvited. */
  readonly newMembers: 'operator' | 'viewer' | null
}

/** Where a provider sends the browser back to: a page of the console, which hands over what came. The provider has to know it. */
export function returnAddress(apiUrl: string, { id }: Pick<SignInProvider, 'id'>): string {
  return `${apiUrl.replace(/\/+$/, '')}/sign-in/${id}`
}
