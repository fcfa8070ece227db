import { AppError } from '#domain/plain'

/**
 * The connection broke after COMMIT was sent: it may have been kept. Look up by the ids before trying again. Lanes that it took come with
 * a later claim.
 */
export class CommitUnknownError extends AppError {
  constructor(cause: unknown) {
    super('store_unavailable', { detail: 'The answer of the store was lost, so it is unknown whether this was kept.', cause })
    this.name = 'CommitUnknownError'
  }
}
