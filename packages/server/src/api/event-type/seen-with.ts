import { sql, type RawBuilder } from 'kysely'

/**
 * The event types that a caller sees: those without a feature flag and those with one of its own; null sees all. To everybody else a
 * flagged event type is one that does not exist.
 */
export function seenWith(featureFlags: readonly string[] | null): RawBuilder<boolean> {
  if (featureFlags === null) return sql<boolean>`1 = 1`
  // Taking a name away changes the JSON text only if it is there; see `holdsName`.
  const shared = featureFlags.map((flag) => sql`replace(feature_flags, ${JSON.stringify(flag)}, '') <> feature_flags`)
  return sql<boolean>`(${sql.join([sql`feature_flags is null`, ...shared], sql` or `)})`
}
