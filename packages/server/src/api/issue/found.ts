import type { IssueOut } from '@posthorn/contract'

/** What a look at one part of an application found. */
export interface Found {
  readonly issues: readonly IssueOut[]
  /** False: there was more to look at than one call does. */
  readonly complete: boolean
}

/** An issue as whoever finds it says it. Absent times: now. */
type Said = Omit<IssueOut, 'id' | 'firstSeen' | 'lastSeen'> & { readonly first?: number | null; readonly last?: number | null }

export function issueOf({ first, last, ...said }: Said, now: number): IssueOut {
  return {
    id: `${said.kind}:${said.target.id ?? said.target.kind}`,
    ...said,
    firstSeen: new Date(first ?? now).toISOString(),
    lastSeen: new Date(last ?? now).toISOString(),
  }
}

export function amount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
