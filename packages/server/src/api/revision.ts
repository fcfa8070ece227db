import { hash } from 'node:crypto'

/** Names what an object is now: the same text for the same content, whoever saved it and how often. Its ETag, too. */
export function revisionOf(...content: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(content), 'base64url').slice(0, 22)
}

/** Whether a caller means to change another revision than this. Without If-Match nobody asked for that. */
export function isOutdated(ifMatch: string | undefined, revision: string): boolean {
  if (ifMatch === undefined) return false
  // A list of ETags, or `*`. Quotes may be left out, because bodies say the revision without them.
  const tags = ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return !tags.some((tag) => tag === '*' || tag.replace(/^"(.*)"$/, '$1') === revision)
}

/** An answer with its ETag. */
export function revised<Body extends { readonly revision: string }>(status: 200 | 201, body: Body) {
  return { status, body, headers: { etag: `"${body.revision}"` } }
}
