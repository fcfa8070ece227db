/** The nouns and their rules: pure, no clock, no network, no store. */
export * from './app-error.ts'
export * from './belonging.ts'
export * from './ids.ts'
export * from './listener.ts'
export * from './reply.ts'
export * from './signing.ts'
export * from './status.ts'
export * from './step-delivery.ts'
