import type { Migration } from '../migrate.ts'

/**
 * Room that a health check takes and gives back, to see whether a disk that was full has any. Zeros that PostgreSQL could compress would
 * take none.
 */
export const healthRoom: Migration = {
  version: 13,
  name: 'health_room',
  statements: ({ engine, bytes }) => [
    `alter table health add column room ${bytes}`,
    ...(engine === 'postgres' ? ['alter table health alter column room set storage external'] : []),
  ],
}
