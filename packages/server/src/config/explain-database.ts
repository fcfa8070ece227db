/**
 * Why the database of `POSTHORN_DATABASE_URL` cannot be used; undefined for what is no fault of it or of the way to it. The password is
 * never said.
 */
export function explainDatabase(error: Error & { readonly code?: string }, databaseUrl: string): string | undefined {
  const { hostname, port, pathname, username } = new URL(databaseUrl)
  const server = `${hostname === '' ? 'localhost' : hostname}:${port === '' ? '5432' : port}`
  const database = decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username)
  const user = decodeURIComponent(username)
  const say = (what: string) => `POSTHORN_DATABASE_URL leads to ${server}, ${what}`
  const code = codeOf(error)
  if (code.startsWith('28')) return say(`which refuses the user "${user}": ${error.message}. Look at the user and the password.`)
  if (/^08|^57P|^53/.test(code)) return say(`which does not take connections at present: ${error.message}. Try again when it does.`)
  switch (code) {
    case 'ECONNREFUSED':
      return say('where nothing listens. Start PostgreSQL there, or correct the host and the port.')
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say('a host that is not found. Correct the host, or look at the name service.')
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ECONNRESET':
    case 'EPIPE':
      return say(`which does not answer (${code}). Look at the network and at firewalls in between.`)
    case '3D000':
      return say(`where there is no database "${database}". Create it, or correct the name at the end of the URL.`)
    case '42501':
      return say(
        `where the user "${user}" lacks a right: ${error.message}. It has to be able to create tables and functions in its schema.`,
      )
    case '25006':
      return say('which takes no writes: a standby, or set to be read only. Name the primary server.')
    case 'XX001':
    case 'XX002':
      return say(`whose database is damaged: ${error.message}. Run "posthorn check" to see which tables, and restore a backup.`)
    case 'OLD_POSTGRES':
      return say(error.message)
  }
  if (/timeout/i.test(error.message)) return say('which does not answer. Look at the network and at firewalls in between.')
  if (/terminated|closed the connection/i.test(error.message)) {
    return say(`which ended the connection: ${error.message}. Is it PostgreSQL that listens there?`)
  }
  if (/SSL|certificate|self.signed/i.test(`${error.message} ${code}`))
    return say(`and no TLS comes about: ${error.message}. Look at "sslmode" in the URL.`)
  if (/password|SASL|SCRAM/i.test(error.message))
    return say(`which asks the user "${user}" for a password. Put the right one into the URL.`)
  return undefined
}

/** Where a name has several addresses, what failed is said for each. */
function codeOf(error: Error & { readonly code?: string }): string {
  if (error.code !== undefined) return error.code
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined
  return first instanceof Error && 'code' in first ? String(first.code) : ''
}
