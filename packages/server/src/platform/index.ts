/** Plumbing that every room is handed: clock, randomness, network, log, secrets at rest. Knows no noun. */
export * from './clock.ts'
export * from './random.ts'
