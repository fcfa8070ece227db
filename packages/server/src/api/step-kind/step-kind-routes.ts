import { describeStepKinds, stepKindOperations, type StepKindOut } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { listPage } from '../list-page.ts'
import { routesOf, type Route } from '../route.ts'

/** The kinds of steps. They ship with the program and are the same for everybody. */
export function stepKindRoutes(deps: ApiDeps): Route[] {
  const kinds = describeStepKinds()
  return routesOf(deps, stepKindOperations, {
    list: (_deps, { query }) =>
      listPage(query, {
        kind: 'step-kind',
        by: 'kind',
        async read({ order, beyond, limit }) {
          const asked = query.section === undefined ? kinds : kinds.filter(({ section }) => section === query.section)
          const isBeyond = ({ kind }: StepKindOut) => beyond === null || (order === 'asc' ? kind > beyond : kind < beyond)
          return (order === 'asc' ? asked : asked.toReversed()).filter(isBeyond).slice(0, limit)
        },
        item: (kind) => kind,
      }),
    async get(_deps, { params }) {
      const found = kinds.find(({ kind }) => kind === params['step_kind'])
      if (found === undefined) throw new AppError('not_found')
      return { status: 200, body: found }
    },
  })
}
