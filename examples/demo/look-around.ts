const PERSON = { name: 'Demo', email: 'demo@example.com', password: 'four words in a row' }

/** Where the console shows what the demo did, for the first owner whom it makes of the server's link. */
export async function linkToLookAround(server: {
  readonly url: string
  readonly consoleUrl?: string
  readonly ownerLink?: string
}): Promise<string> {
  const token = server.ownerLink?.split('#')[1]
  const response = await fetch(`${server.url}/api/v1/session/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, ...PERSON }),
  })
  if (!response.ok) throw new Error(`The link of the first owner answered ${response.status}: ${await response.text()}`)
  return `Look at it:  ${server.consoleUrl ?? server.url}/sign-in?next=/a/demo
               as ${PERSON.email}, with the password "${PERSON.password}"`
}

/** Resolves when whoever looks has seen enough: Ctrl C, or the terminal goes. */
export async function untilEnough(): Promise<void> {
  // A signal alone keeps no process alive.
  const alive = setInterval(() => undefined, 60_000)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
  clearInterval(alive)
}
