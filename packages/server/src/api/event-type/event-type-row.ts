import type { EventTypeOut, eventTypeUpdate } from '@posthorn/contract'
import type { z } from 'zod'
import type { EventTypeTable } from '#store'

export type EventTypeFields = z.output<typeof eventTypeUpdate>

export function eventTypeRow(
  name: string,
  fields: EventTypeFields,
  { createdAt, now }: { createdAt: number; now: number },
): EventTypeTable {
  return {
    name,
    description: fields.description,
    archived: fields.archived ? 1 : 0,
    deprecated: fields.deprecated ? 1 : 0,
    schemas: fields.schemas ? JSON.stringify(fields.schemas) : null,
    example: fields.example === undefined ? null : JSON.stringify(fields.example),
    feature_flag: fields.featureFlag ?? null,
    group_name: fields.groupName ?? null,
    created_at: createdAt,
    updated_at: now,
  }
}

export function eventTypeJson(row: EventTypeTable, withContent = true): EventTypeOut {
  return {
    name: row.name,
    description: row.description,
    archived: row.archived === 1,
    deprecated: row.deprecated === 1,
    schemas: row.schemas === null || !withContent ? null : (JSON.parse(row.schemas) as Record<string, Record<string, unknown>>),
    featureFlag: row.feature_flag,
    groupName: row.group_name,
    example: row.example === null || !withContent ? null : JSON.parse(row.example),
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}
