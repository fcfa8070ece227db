/** What stands in the Answer column where no answer came: the cause in one word. */
const words: Readonly<Record<string, string>> = {
  dns_error: 'DNS',
  tls_error: 'TLS',
  timeout: 'timeout',
  connection_refused: 'refused',
  connection_reset: 'reset',
  address_refused: 'address',
}

export function causeWord(failure: string): string {
  return words[failure] ?? failure.replaceAll('_', ' ')
}
