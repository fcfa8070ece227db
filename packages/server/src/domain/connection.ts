import type { KeptConnectionAuth } from '@posthorn/contract'

/** Where the secret of each kind stands. `none` has no secret. */
export const connectionSecrets = { bearer: 'token', basic: 'password', api_key: 'key', oauth2: 'clientSecret' } as const

/** The name of the secret that an authentication reads; null: none. */
export function secretOfConnection(auth: KeptConnectionAuth): string | null {
  switch (auth.kind) {
    case 'none':
      return null
    case 'bearer':
      return auth.token.name
    case 'basic':
      return auth.password.name
    case 'api_key':
      return auth.key.name
    case 'oauth2':
      return auth.clientSecret.name
  }
}

export type { KeptConnectionAuth }
