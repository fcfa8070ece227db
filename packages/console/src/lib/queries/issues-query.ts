import type { IssueListOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../api.ts'

export type Issue = IssueListOut['data'][number]

/** What needs a person, as the server computes it. */
export const issuesQuery = (app: string) =>
  queryOptions({ queryKey: ['issues', app], queryFn: () => api.issue.list(app), refetchInterval: 15_000 })
