import { sql, type RawBuilder } from 'kysely'

/**
 * The event types that a caller sees: those without a feature flag and those with one of its own; null sees all. To everybody else a
 * flagged event type is one that does not exist.
 */
export function seenWith(featureFlags: readonly string[] | null): RawBuilder<boolean> {
  if (featureFlags === null) return sql<boolean>`1 = 1`
  if (featureFlags.length === 0) return sql<boolean>`feature_flag is null`
  return sql<boolean>`(feature_flag is null or feature_flag in (${sql.join(featureFlags)}))`
}
