import type { Anew } from '#store'

/** What became of one that was made inside its commit, or why it could not be made: it must not end the others of its batch. */
export type Outcome<Result> = { readonly kind: 'done'; readonly result: Result } | { readonly kind: 'threw'; readonly error: unknown }

export interface Making<Operation> extends Anew<Operation> {
  /** Last, if the commit was repeated. */
  made: Operation | null
  threw: { readonly error: unknown } | undefined
}

/** What `make` throws is kept, and the store sees an operation that was not made. */
export function guardMaking<Operation>(operation: Anew<Operation>): Making<Operation> {
  const making: Making<Operation> = {
    ...operation,
    made: null,
    threw: undefined,
    make(snapshot) {
      making.threw = undefined
      try {
        making.made = operation.make(snapshot)
      } catch (error) {
        making.made = null
        making.threw = { error }
      }
      return making.made
    },
  }
  return making
}

/** For each of `making`, what the store answered. */
export function outcomes<Operation, Result>(making: readonly Making<Operation>[], results: readonly Result[]): Outcome<Result>[] {
  return results.map((result, i) => {
    const { threw } = making[i]!
    return threw === undefined ? { kind: 'done', result } : { kind: 'threw', error: threw.error }
  })
}

/** What the caller gets: the result, or its own error. */
export function resultOf<Result>(outcome: Outcome<Result>): Result {
  if (outcome.kind === 'threw') throw outcome.error
  return outcome.result
}
