import type { Alongside } from '../../port/mutation.ts'

/** Kysely's compiled queries carry the tree that they were made of, which nobody reads on the other side. */
export function withoutTrees<Written extends Alongside>(written: Written): Written {
  const statements = written.statements.map(({ query: { sql, parameters }, rows }) => ({
    query: { sql, parameters },
    ...(rows !== undefined && { rows }),
  }))
  return { ...written, statements }
}
