/** Within so much of now, a time is taken for one that was meant. */
const NEAR_SECONDS = 366 * 86_400
const DAY_SECONDS = 86_400

/**
 * How far a time is from now, in words for both directions.
 *
 * @param ageSeconds Below 0: the time is still to come.
 * @example
 * staleWords(-420) // '420 s ahead'
 * staleWords(259200) // '259200 s (3 days) old'
 */
export function staleWords(ageSeconds: number): string {
  const seconds = Math.abs(Math.round(ageSeconds))
  const days = seconds < 2 * DAY_SECONDS ? '' : ` (${Math.round(seconds / DAY_SECONDS)} days)`
  return `${seconds} s${days} ${ageSeconds > 0 ? 'old' : 'ahead'}`
}

/**
 * What is wrong with a time that would fit if it were a thousand times less or more; undefined if it would not.
 *
 * @example unitSlip(1790000000000, 1790000000) // { times: 'too_large', words: 'It looks like milliseconds: ...' }
 */
export function unitSlip(
  seconds: number,
  nowSeconds: number,
): { readonly times: 'too_large' | 'too_small'; readonly words: string } | undefined {
  const isNear = (time: number) => Math.abs(time - nowSeconds) < NEAR_SECONDS
  if (isNear(seconds / 1000))
    return { times: 'too_large', words: 'It looks like milliseconds: divided by 1000 it would be a time of these days.' }
  if (isNear(seconds * 1000))
    return { times: 'too_small', words: 'It looks as if it had been divided by 1000: times 1000 it would be a time of these days.' }
  return undefined
}
