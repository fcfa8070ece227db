/** What is said of a signed request, by a listener or by the data of its system: where the signature stands, how it is written, what was signed. */
export interface SignedOptions extends Place {
  /** Further headers that may hold a signature, as where a sender signs with several keys at a time. */
  readonly alsoHeaders?: readonly string[] | undefined
  readonly encoding: 'hex' | 'base64' | 'base64url'
  /** What stands before the signature, such as `sha256=`. */
  readonly prefix: string
  /** What stands between several signatures, or between pairs. */
  readonly separator: string | null
  /** The header holds pairs, `t=1,v1=ab`: the name of those that are signatures. */
  readonly pair: string | null
  readonly signedString: string
  readonly timestamp: TimeRule | null
  /** The body is signed in parts: each item of the list there has a signature of its own. */
  readonly each?: string | undefined
  /** The parameter with the SHA-256 of a body that is no form, where the URL is signed and it is not. */
  readonly bodyHashIn?: string | undefined
}

/** One of them says where a value stands; the paths are those of `readBodyPath`. */
export interface Place {
  readonly header?: string | undefined
  readonly query?: string | undefined
  readonly field?: string | undefined
}

/** Where the sender writes when it signed, and how long that holds. */
export interface TimeRule extends Place {
  /** It stands beside the signature, in the pair of this name. */
  readonly pair?: string | undefined
  readonly unit: 's' | 'ms' | 'iso'
  readonly toleranceSeconds: number
}

export type Digest = 'sha1' | 'sha256' | 'sha384' | 'sha512'
