import { createRequire } from 'node:module'
import type { Client as UndiciClient, errors as undiciErrors } from 'undici'

/**
 * The two parts of undici that we use. Its own door loads fetch, caches, mocks and WebSockets with them, 80 files more, which
 * cost every start a tenth of a second and 6 MB.
 */
const load = createRequire(import.meta.url)
export const Client = load('undici/lib/dispatcher/client.js') as typeof UndiciClient
export const errors = load('undici/lib/core/errors.js') as typeof undiciErrors
