import { issueKind, type issueOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { requestIssues, runIssues } from './flow-issues.ts'
import { laneIssues } from './lane-issues.ts'
import { planIssues, storeIssues } from './server-issues.ts'

/** What needs attention. Nothing is written for it: it is looked up when somebody asks, so that console, mail and chat say the same. */
export async function listIssues(deps: ApiDeps, { application }: Call<typeof issueOperations.list>): Promise<Answer> {
  const found = await Promise.all([
    storeIssues(deps),
    laneIssues(deps, application),
    requestIssues(deps, application),
    runIssues(deps, application),
    planIssues(deps, application),
  ])
  const urgency = (kind: (typeof issueKind.options)[number]) => issueKind.options.indexOf(kind)
  const data = found.flatMap(({ issues }) => issues).toSorted((a, b) => urgency(a.kind) - urgency(b.kind) || b.count - a.count)
  return { status: 200, body: { data, complete: found.every(({ complete }) => complete) } }
}
