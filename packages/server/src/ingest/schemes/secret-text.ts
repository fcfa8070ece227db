import { canonicalSecret } from '#domain'

export const tooLong = 'This is too long: no request could hold it.'
export const notText = 'This holds half of a character (a lone surrogate): nobody could send or sign with it.'

/** Why nobody could sign with this secret. */
export function unsignable(secret: string): string | undefined {
  return secret.isWellFormed() ? undefined : notText
}

/** A secret in base64 in its canonical spelling, because it may be handed on; as its owner wrote it: with the prefix or without. */
export function canonicalBase64Secret(secret: string): string {
  const canonical = canonicalSecret('standard', secret)
  if (!canonical.ok) return secret
  return /^wh(?:sec|sk|pk)_/.test(secret) ? canonical.secret : canonical.secret.slice('whsec_'.length)
}
