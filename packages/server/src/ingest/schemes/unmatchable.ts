import type { FieldFault, OpenListenerAuth } from '#domain'

/** A key in a header: visible ASCII. Spaces at its ends are taken off on the way, and other characters have no one encoding there. */
const HEADER_VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/
/** RFC 6750: what follows "Bearer" ends at the first space. */
const TOKEN = /^[\x21-\x7e]+$/
/** As it is written in a request. Headers together have 16 KiB and a URL 8 KiB: more than half of either is for others. */
const WRITTEN_LENGTH_MAX = 8192
const QUERY_LENGTH_MAX = 4096

const inHeader = 'Visible ASCII characters only, without a space at either end: no request could show this in a header.'
const inToken = 'A bearer token has visible ASCII characters only and no space: no request could show this one.'
const tooLong = 'This is too long: no request could hold it.'
const notText = 'This holds half of a character (a lone surrogate): nobody could send or sign with it.'

/**
 * Secrets with which nobody could ever get in, each with the reason: to be told when a listener or a secret is saved. Not asked when a
 * listener is loaded, where one old secret that fits nothing must not make the others unusable.
 */
export function unmatchableSecrets(auth: OpenListenerAuth): FieldFault[] {
  const each = (field: string, secrets: readonly string[], fault: (secret: string) => string | undefined) =>
    secrets.flatMap((secret, i) => told(`/auth/${field}/${i}`, fault(secret)))
  switch (auth.kind) {
    case 'none':
      return []
    case 'api_key':
      return each('keys', auth.keys, auth.in === 'header' ? headerFault : queryFault)
    case 'bearer':
      return each('tokens', auth.tokens, (token) => (TOKEN.test(token) ? undefined : inToken))
    case 'basic':
      return told('/auth/password', basicFault(auth.username, auth.password))
    case 'hmac':
    case 'preset':
      return each('secrets', auth.secrets, (secret) => (secret.isWellFormed() ? undefined : notText))
  }
}

function headerFault(key: string): string | undefined {
  return HEADER_VALUE.test(key) ? undefined : inHeader
}

function queryFault(key: string): string | undefined {
  if (!key.isWellFormed()) return notText
  return encodeURIComponent(key).length > QUERY_LENGTH_MAX ? tooLong : undefined
}

function basicFault(username: string, password: string): string | undefined {
  const whole = `${username}:${password}`
  if (!whole.isWellFormed()) return notText
  return Buffer.byteLength(whole) > (WRITTEN_LENGTH_MAX / 4) * 3 ? tooLong : undefined
}

function told(pointer: string, message: string | undefined): FieldFault[] {
  return message === undefined ? [] : [{ pointer, message, code: 'unmatchable' }]
}
