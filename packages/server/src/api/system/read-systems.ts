import type { SystemOut, systemOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import { allSystems, headersAskedFor, isSystem, systemOf, type System } from '#ingest'
import type { ApiDeps } from '../deps.ts'
import { listShipped } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'

export async function listSystems(_: ApiDeps, { query }: Call<typeof systemOperations.list>): Promise<Answer> {
  return listShipped(query, { kind: 'system', by: 'name', rows: await allSystems(), item: systemJson })
}

export async function getSystem(_: ApiDeps, { params }: Call<typeof systemOperations.get>): Promise<Answer> {
  const name = params['system_name'] ?? ''
  if (!isSystem(name)) throw new AppError('not_found')
  return { status: 200, body: systemJson(systemOf(name)) }
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
