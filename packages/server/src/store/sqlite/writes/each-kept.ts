import type { Transaction } from './transaction.ts'
import { isDataError } from './data-error.ts'

/**
 * Applies a batch. If the database refuses a member's data, the batch is undone and applied again with each member on its own, so that
 * one bad value does not fail 255 others.
 */
export function eachKept<Member, Result>(
  transaction: Transaction,
  members: readonly Member[],
  { apply, refuse }: { apply: (member: Member) => Result; refuse: (detail: string) => Result },
): Result[] {
  try {
    return transaction.nested(() => members.map(apply))
  } catch (error) {
    if (!isDataError(error)) throw error
  }
  return members.map((member) => {
    try {
      return transaction.nested(() => apply(member))
    } catch (error) {
      if (!isDataError(error)) throw error
      return refuse(error.message)
    }
  })
}
