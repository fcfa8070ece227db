/** The one place that says which headers are secret: of requests that come in, of those that go out, and in configuration. */

/** What stands in a record in place of a secret value. */
export const REDACTED = '[redacted]'

/** What says nothing secret whoever wrote it, and what signing and tracing add. A new name needs a reason: everything else is hidden. */
const SHOWN: ReadonlySet<string> = new Set([
  ...['accept', 'accept-encoding', 'accept-language', 'content-length', 'content-type', 'date', 'host', 'user-agent'],
  ...['webhook-id', 'webhook-timestamp', 'svix-id', 'svix-timestamp'],
  ...['x-webhook-id', 'x-webhook-event', 'x-webhook-event-id', 'x-webhook-timestamp'],
  ...['traceparent', 'tracestate', 'posthorn-chain'],
])

/**
 * Whether a record may show the value of a header that configuration made. It is sealed there, and no name says whether a value
 * opens a door, so only the names that are known to be harmless are shown.
 */
export function showsValue(name: string): boolean {
  return SHOWN.has(name.toLowerCase())
}

/** What credentials are usually called. Keys of idempotency open no door; those of a service, such as X-Functions-Key, do. */
const CREDENTIAL = /authorization|cookie|api-?key|token|secret|passw|pwd|credential|^key$|(?<!idempotency)[-_]key$/i
const SIGNATURE = /signature/i

/** Whether a value is a credential by what its header is called, where a name is all there is: in configuration that is read back, and in definitions. */
export function isCredentialHeader(name: string): boolean {
  return CREDENTIAL.test(name) || SIGNATURE.test(name)
}

/** Of a request whose listener's own place of secrets is not known. A signature opens no door, and shows why it did not match. */
export function mayCarryCredential(name: string): boolean {
  return CREDENTIAL.test(name)
}

/**
 * Of every request, also those whose flows read the other headers. Compared one by one, which their lengths decide: to find a name in a
 * Set takes its hash, 0.1 µs for each header.
 */
export function isAlwaysSecret(lowerName: string): boolean {
  return lowerName === 'authorization' || lowerName === 'proxy-authorization' || lowerName === 'cookie'
}

/** Whether the value of a URL's parameter is a credential by its name. Shorter names are usual there. */
export function isCredentialParameter(name: string): boolean {
  return isCredentialHeader(name) || /key|^auth$|^sig$/i.test(name)
}

/**
 * A URL, or a path with a query, as a record may show it: user names, passwords and values of parameters that look like credentials do not
 * belong into a log.
 */
export function loggedUrl(url: string): string {
  if (!url.includes('?') && !url.includes('@')) return url
  const origin = url.startsWith('/') ? 'http://path.invalid' : ''
  const parsed = URL.parse(origin + url)
  if (parsed === null) return url
  const before = parsed.href
  if (parsed.username || parsed.password) {
    parsed.username = 'redacted'
    parsed.password = ''
  }
  // Only then, because setting one parameter writes all of them anew.
  for (const name of new Set(parsed.searchParams.keys())) {
    if (isCredentialParameter(name)) parsed.searchParams.set(name, 'redacted')
  }
  return parsed.href === before ? url : parsed.href.slice(origin.length)
}
