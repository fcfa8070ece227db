import { contentDisposition } from '#domain'

/** Headers under which bytes of a stranger are saved, and do nothing else. */
export function attachmentHeaders(name: string | null, id: string): Readonly<Record<string, string>> {
  return {
    'content-disposition': contentDisposition(name, `${id}.bin`),
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  }
}
