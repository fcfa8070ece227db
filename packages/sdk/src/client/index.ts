/** The client of the API: typed by its description, without dependencies, in Node and in browsers. */
export { Posthorn } from './generated-client.ts'
export { type ApiOperation, apiOperations } from './generated-operations.ts'
// What the contract says is public as it is: a list of it here would only be behind.
export * from './generated-schemas.ts'
export type { ListenOptions } from './listen.ts'
export type { Page } from './paging.ts'
export { PosthornError, type FieldFault } from './posthorn-error.ts'
export type { CallOptions, PosthornOptions } from './send.ts'
