import type { EventTypeOut, eventTypePatch, eventTypeUpdate } from '@posthorn/contract'
import type { z } from 'zod'
import { parseExactJson } from '#domain'
import type { StoredEventType } from '#store'

export type EventTypeFields = z.output<typeof eventTypeUpdate>

export function eventTypeRow(
  name: string,
  fields: EventTypeFields,
  { createdAt, now }: { createdAt: number; now: number },
): StoredEventType {
  return {
    name,
    description: fields.description,
    archived: fields.archived ? 1 : 0,
    deprecated: fields.deprecated ? 1 : 0,
    schemas: fields.schemas ? JSON.stringify(fields.schemas) : null,
    example: fields.example === undefined ? null : JSON.stringify(fields.example),
    feature_flags: flagsText(fields) ?? null,
    group_name: fields.groupName ?? null,
    created_at: createdAt,
    updated_at: now,
  }
}

/** The row with what a patch gives. */
export function patchedEventType(before: StoredEventType, fields: z.output<typeof eventTypePatch>): StoredEventType {
  const { description, archived, deprecated, schemas, groupName, example } = fields
  const flags = flagsText(fields)
  return {
    ...before,
    ...(description !== undefined && { description }),
    ...(archived !== undefined && { archived: archived ? 1 : 0 }),
    ...(deprecated !== undefined && { deprecated: deprecated ? 1 : 0 }),
    ...(schemas !== undefined && { schemas: schemas && JSON.stringify(schemas) }),
    ...(flags !== undefined && { feature_flags: flags }),
    ...(groupName !== undefined && { group_name: groupName }),
    ...(example !== undefined && { example: JSON.stringify(example) }),
  }
}

/** JSON; null: none. Undefined: the body says nothing of them. */
function flagsText({ featureFlag, featureFlags }: Pick<EventTypeFields, 'featureFlag' | 'featureFlags'>): string | null | undefined {
  if (featureFlag === undefined && featureFlags === undefined) return undefined
  const flags = featureFlags ?? (featureFlag == null ? [] : [featureFlag])
  return flags.length === 0 ? null : JSON.stringify([...new Set(flags)])
}

export function eventTypeJson(row: StoredEventType, withContent = true): EventTypeOut {
  const featureFlags = row.feature_flags === null ? [] : (JSON.parse(row.feature_flags) as string[])
  return {
    name: row.name,
    description: row.description,
    archived: row.archived === 1,
    deprecated: row.deprecated === 1,
    schemas: row.schemas === null || !withContent ? null : (parseExactJson(row.schemas) as Record<string, Record<string, unknown>>),
    featureFlag: featureFlags[0] ?? null,
    featureFlags,
    groupName: row.group_name,
    example: row.example === null || !withContent ? null : (parseExactJson(row.example) as EventTypeOut['example']),
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}
