/** What a key of a portal is called: by its session, whose keys are found by it. */
export function portalKeyName(sessionId: string | null | undefined): string {
  return sessionId == null ? 'App Portal' : `App Portal, session ${sessionId}`
}

/** Of the key that a link was exchanged for. */
export function openedName(name: string): string {
  return `${name}, opened`
}
