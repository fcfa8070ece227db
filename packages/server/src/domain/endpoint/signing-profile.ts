import { canonicalSecret, prepareKey, type SigningProfile } from '@posthorn/sdk/signing'
import { faulty, type Checked } from '../checked.ts'
import { limits } from '../limits.ts'

/** How long an old secret signs on when the caller of a rotation does not say: `hex` stops at once, as its founding document asks. */
export function secretOverlapSecondsDefault(profile: SigningProfile): number {
  return profile === 'hex' ? 0 : 86_400
}

/**
 * Reads a secret that somebody brings along for an endpoint, where we would otherwise make one. Answers the text as it is kept: canonical,
 * because receivers' libraries are strict.
 */
export function checkSecret(profile: SigningProfile, secret: string): Checked<string> {
  const checked = checkSigningSecret(profile, secret)
  const prepared = checked.ok ? prepareKey(profile, secret) : undefined
  if (!prepared?.ok || prepared.key.kind !== 'hmac') return checked
  const bytes = prepared.key.key.symmetricKeySize ?? 0
  const [least, most] = profile === 'hex' ? [32, 128] : [limits.secretBytesMin, limits.secretBytesMax]
  if (bytes < least || bytes > most) return faulty('', 'invalid_secret', `The secret has ${bytes} bytes; it needs ${least} to ${most}.`)
  return checked
}

/** The same for a secret that must only be able to sign, of whatever length the receiver gave it. */
export function checkSigningSecret(profile: SigningProfile, secret: string): Checked<string> {
  if (secret.startsWith('whpk_') && profile !== 'hex')
    return faulty('', 'invalid_secret', 'A public key cannot sign; give the "whsk_" secret.')
  const prepared = prepareKey(profile, secret)
  if (!prepared.ok) return faulty('', 'invalid_secret', prepared.detail)
  const canonical = canonicalSecret(profile, secret)
  return canonical.ok ? { ok: true, value: canonical.secret } : faulty('', 'invalid_secret', canonical.detail)
}
