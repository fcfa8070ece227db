const words: Readonly<Record<string, string>> = {
  timeout: 'timeout',
  response_timeout: 'timeout',
  connect_timeout: 'timeout',
  connect_refused: 'refused',
  address_refused: 'address',
  no_response: 'no answer',
}

/** Of families of failures, the part that failed. */
const parts = { dns_: 'DNS', tls_: 'TLS', transformation_: 'transform', secret_: 'secret' } as const

/** What stands in the Answer column where no answer came: the cause in one word. The panel says it in a sentence. */
export function causeWord(failure: string): string {
  const part = Object.entries(parts).find(([begin]) => failure.startsWith(begin))?.[1]
  return words[failure] ?? part ?? failure.replaceAll('_', ' ')
}
