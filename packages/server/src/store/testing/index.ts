/** For tests only: what rooms may not do to the store. */
export { createLogs } from '../queries/logs/create-logs.ts'
export { tablesOf } from './tables-of.ts'
