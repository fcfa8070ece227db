/** The client of the API: typed by its description, without dependencies, in Node and in browsers. */
export * from './generated-client.ts'
export * from './generated-operations.ts'
export * from './generated-schemas.ts'
export type { Page } from './paging.ts'
export { PosthornError, type FieldFault } from './posthorn-error.ts'
export type { CallOptions, PosthornOptions } from './send.ts'
