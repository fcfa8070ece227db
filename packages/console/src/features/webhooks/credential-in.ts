/** Why a URL should not be written so; undefined where nothing looks like a credential. Logs of receivers and proxies keep URLs. */
export function credentialIn(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null) return undefined
  const secretive = [...url.searchParams.keys()].find((name) => /token|secret|password|api[-_]?key|access[-_]?key/i.test(name))
  if (url.password !== '' || secretive !== undefined)
    return 'This URL contains a token. Put it into a header, where it is stored encrypted.'
  return undefined
}
