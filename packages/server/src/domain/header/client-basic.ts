/** How a client of OAuth 2.0 names itself in `Authorization`: each part is encoded as in a form before they are joined (RFC 6749, 2.3.1). */
export function clientBasic(clientId: string, clientSecret: string): string {
  const pair = [clientId, clientSecret].map((text) => new URLSearchParams({ '': text }).toString().slice(1)).join(':')
  return `Basic ${Buffer.from(pair).toString('base64')}`
}
