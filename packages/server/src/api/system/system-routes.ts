import { systemOperations, type SystemOut } from '@posthorn/contract'
import { AppError } from '#domain'
import { allSystems, headersAskedFor, isSystem, systemOf, type System } from '#ingest'
import type { ApiDeps } from '../deps.ts'
import { listPage } from '../list-page.ts'
import { routesOf, type Route } from '../route.ts'

/** The catalogue of systems. It ships with the program and is the same for everybody. */
export function systemRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, systemOperations, {
    list: (_deps, { query }) =>
      listPage(query, {
        kind: 'system',
        by: 'name',
        async read({ order, beyond, limit }) {
          const ordered = order === 'asc' ? allSystems() : allSystems().toReversed()
          const isBeyond = ({ name }: System) => beyond === null || (order === 'asc' ? name > beyond : name < beyond)
          return ordered.filter(isBeyond).slice(0, limit)
        },
        item: systemJson,
      }),
    async get(_deps, { params }) {
      const name = params['system_name'] ?? ''
      if (!isSystem(name)) throw new AppError('not_found')
      return { status: 200, body: systemJson(systemOf(name)) }
    },
  })
}

function systemJson(system: System): SystemOut {
  const { name, title, category, docs, evidence, eventType, dedupKey, batch, notes, addresses, example, acknowledgement, verifyToken } =
    system
  const ways = new Set(['POST', example.method, ...system.handshakes.flatMap(({ when }) => when.method ?? [])])
  return {
    ...{ name, title, category, docs, evidence, eventType, dedupKey, batch, addresses, notes },
    scheme: system.scheme.kind,
    secret: system.secret && shown(system.secret),
    verifyToken: verifyToken && shown(verifyToken),
    settings: system.settings.map(shown),
    headers: [...headersAskedFor(system)],
    methods: [...ways],
    handshakes: system.handshakes.map(({ name: called, signed }) => ({ name: called, signed })),
    acknowledgement: acknowledgement && {
      ...acknowledgement,
      statuses: acknowledgement.statuses ?? null,
      body: acknowledgement.body ?? null,
    },
    example: { ...example, body: example.body as SystemOut['example']['body'] },
  }
}

function shown<Asked extends { readonly looksLike?: string | undefined }>(asked: Asked) {
  return { ...asked, looksLike: asked.looksLike ?? null }
}
