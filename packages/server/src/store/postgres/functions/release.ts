/**
 * Gives lanes back. It locks them FOR UPDATE, as `free_lanes` and `cancel_deliveries` do, and like them never waits for one: waiting
 * deadlocked. What it cannot lock stays owned and is tried again. When each is due is computed in a new statement, after those who were enqueueing have committed.
 */
export const release = `
create function posthorn.release(ses text, lanes text[]) returns text[] language plpgsql as $$
declare
  mine text[];
begin
  select array_agg(q.lane) into mine
    from (select l.lane from lane l where l.lane = any(lanes) and l.owner is not distinct from ses order by l.lane for update of l skip locked) q;
  update lane l set owner = null,
      next_due = greatest(coalesce((select t.due from task t where t.lane = l.lane order by t.due limit 1), 9007199254740991), l.circuit_until, l.blocked_until, l.throttled_until)
    where l.lane = any(mine);
  return mine;
end $$`
