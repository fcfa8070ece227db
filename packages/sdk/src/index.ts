/** What `@posthorn/sdk` is in Node: the client of the API, and signing with what answers at once. */
export * from './client/index.ts'
export * from './signing/index.ts'
