/** What the command says to the shell. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** A sentence for who called, which ends the command as a wrong use of it. */
export class UsageError extends Error {}
