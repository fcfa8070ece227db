/**
 * One step of a replay. Its row is locked first and the lanes after it; nobody who holds a lane wants a replay's row. Answers null if the
 * step is lost.
 */
export const advanceReplay = `
create function posthorn.advance_replay(which text, seen_rev bigint, new_place text, again text[], missing json, found_n bigint, wait_ms bigint,
  new_status text, why text, started bigint) returns bigint language plpgsql as $$
declare
  now bigint := posthorn.now_ms();
  app text;
  lanes text[];
  made bigint := 0;
  sent bigint;
begin
  select r.application_id into app from replay r
    where r.id = which and r.rev = seen_rev and r.status = 'running' and r.next_at <= now for no key update;
  if not found then
    return null;
  end if;
  sent := coalesce(cardinality(posthorn.resend(again)), 0);

  if missing is not null then
    select array_agg(distinct x.endpoint_id) into lanes from json_to_recordset(missing) x(endpoint_id text);
    perform 1 from lane l where l.lane = any(lanes) order by l.lane for key share;
    with d as (
      insert into delivery (id, application_id, lane, endpoint_id, message_id, event_type, status, attempts, retries, retry_in_seen, next_at, created_at)
        select x.id, app, x.endpoint_id, x.endpoint_id, x.message_id, x.event_type, 'waiting', 0, 0, 0, now, x.created_at
        from json_to_recordset(missing) x(id text, endpoint_id text, message_id text, event_type text, created_at bigint)
        join lane l on l.lane = any(array[x.endpoint_id])
        where l.state in (0, 1)
          and not exists (select 1 from delivery y where y.message_id = any(array[x.message_id]) and y.endpoint_id = x.endpoint_id)
      returning id, lane
    ), t as (
      insert into task (lane, due, delivery, manual) select d.lane, now, d.id, 0 from d
    )
    select count(*) into made from d;
    perform posthorn.wake_lanes(lanes, now);
  end if;

  update replay r set rev = r.rev + 1, place = new_place, status = new_status, failure = why, next_at = now + wait_ms, updated_at = now,
      finished_at = case when new_status = 'running' then null else now end,
      matched = r.matched + found_n, queued = r.queued + sent + made + started,
      skipped = r.skipped + found_n - sent - made - started
    where r.id = which;
  return sent + made + started;
end $$`
