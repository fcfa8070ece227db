/** Why nothing can be shown: the field that says it, and the way out. */
export interface Unproved {
  readonly pointer: '/sign' | '/signKey'
  readonly message: string
}

export const unproved = (message: string): Unproved => ({ pointer: '/sign', message: `${message} Leave "sign" out to send it unsigned.` })

export const NO_SECRET = unproved('The listener has no secret to sign with.')
