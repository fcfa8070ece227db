import type { Migration } from '../migrate.ts'

/**
 * PostgreSQL: room on each page for the second version of its deliveries, which most get within a second, when they are settled. With room
 * for one in four, half of the updates went to another page, and so into every index: a ninth of the server's time for a delivery.
 */
export const deliveryRoom: Migration = {
  version: 11,
  name: 'delivery_room',
  statements: ({ engine }) => (engine === 'postgres' ? ['alter table delivery set (fillfactor = 50)'] : []),
}
