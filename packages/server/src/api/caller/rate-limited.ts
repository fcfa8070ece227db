import { AppError } from '#domain'

/** Too much came from somewhere: it hears when it may come again. */
export class RateLimited extends AppError {
  readonly retryAfterSeconds: number

  constructor(detail: string, retryAfterSeconds: number) {
    super('rate_limited', { detail })
    this.retryAfterSeconds = retryAfterSeconds
  }
}
