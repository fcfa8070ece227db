/**
 * The store on PostgreSQL, shared by any number of processes. Each hot operation is one function and one round trip; lanes are owned by
 * sessions; connections heal. It never keeps a transaction open while a caller thinks.
 */
export { checkDatabase } from './check-database.ts'
export { fillDatabase } from './fill-database.ts'
export { named } from './functions/install.ts'
export { readDatabase } from './read-database.ts'
export { openPostgres, type PostgresOptions } from './open-postgres.ts'
export { resealDatabase } from './reseal-database.ts'
