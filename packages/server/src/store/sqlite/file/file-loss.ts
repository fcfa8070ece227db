export interface Loss {
  readonly file: string
  readonly which: 'db' | 'wal' | 'lock'
  /** `moved`: removed, renamed, or its folder was. `replaced`: another file has its name. `cut`: it is shorter than what was written. */
  readonly how: 'moved' | 'replaced' | 'cut'
}

const words = {
  moved: 'was removed or moved away',
  replaced: 'was replaced by another file',
  cut: 'was cut short',
} as const

/** What health says of it, and how an operator gets out of it. `db`: the path of the database. */
export function troubleOf({ file, which, how }: Loss, db: string) {
  const detail = `A file of the store ${words[how]} while Posthorn runs, so nothing is acknowledged.`
  return { code: 'store_lost', detail, advice: `${file} ${words[how]}. ${wayOut({ which, how }, db)}`, refusesWrites: true } as const
}

function wayOut({ which, how }: Pick<Loss, 'which' | 'how'>, db: string): string {
  if (which === 'lock') return 'See that no other process uses the folder, and start Posthorn again.'
  if (which === 'wal' && how !== 'cut') return `Start Posthorn again; all that was acknowledged is in ${db}.`
  const rescue = `Stop Posthorn with SIGTERM, not with kill -9: what it holds is put into ${db}.rescued. Then start on that, or on a backup, as ${db}.`
  return how === 'moved' ? `Put it back, and Posthorn goes on by itself. Or: ${rescue}` : rescue
}
