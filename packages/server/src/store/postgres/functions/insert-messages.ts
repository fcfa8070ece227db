/**
 * Messages with their deliveries and tasks, as accept and commit_runs make them. `kinds[op]` is 0 for operations that are kept; `takes` says that the
 * session takes lanes (null: it is not alive).
 *
 * KEY SHARE on the lanes, in order, keeps a release from computing min(due) meanwhile. The wake is a statement of its own, so
 * that it sees what the release that it waited for has written: in one snapshot with the lock, a lane released just before was
 * still seen as owned and its task was never found again. An unowned lane where nothing older is due is taken at once; a lane
 * that is due already needs no wake; owners find new tasks by themselves. A dead session takes nothing, nor one that takes no lanes: the caller holds KEY SHARE
 * on a live one's row, so that nobody can mark it dead meanwhile.
 */
export const insertMessages = `
create function posthorn.insert_messages(ses text, takes boolean, now bigint, kinds int[], messages posthorn.message_row[], deliveries posthorn.delivery_row[],
  skips posthorn.skip_row[], lanes text[])
returns json language plpgsql as $$
declare
  woken text[];
  taken json;
  owned text[];
  others json;
  locked int;
  missing text;
begin
  if lanes is not null then
    perform 1 from lane l where l.lane = any(lanes) order by l.lane for key share;
    get diagnostics locked = row_count;
    if locked < cardinality(lanes) then
      -- A step's lane begins with its first delivery.
      insert into lane (lane, application_id, state, next_due)
        select distinct x.lane collate "C", x.application_id, 0, 9007199254740991
        from unnest(deliveries) x
        where kinds[x.op] = 0 and x.step_id is not null
        order by x.lane collate "C"
        on conflict do nothing;
      perform 1 from lane l where l.lane = any(lanes) order by l.lane for key share;
      get diagnostics locked = row_count;
    end if;
  end if;

  if messages is not null then
    insert into message (id, application_id, event_id, event_type, channels, tags, run_id, created_at, payload_until, payload)
      select x.id, x.application_id, x.event_id, x.event_type, x.channels, x.tags, x.run_id, x.created_at, x.payload_until, x.payload
      from unnest(messages) x
      where kinds[x.op] = 0;
  end if;

  if skips is not null then
    update lane l set skipped = l.skipped + x.n
      from (select q.lane, z.n from (select k.lane, count(*) n from unnest(skips) k where kinds[k.op] = 0 group by k.lane) z
            join lane q on q.lane = any(array[z.lane]) order by z.lane collate "C" for no key update of q) x
      where l.lane = any(array[x.lane]);
  end if;

  if deliveries is null then
    return null;
  end if;

  with d as materialized (
    select * from unnest(deliveries) x where kinds[x.op] = 0
  ), made as (
    insert into delivery (id, application_id, lane, endpoint_id, message_id, run_id, step_id, event_type, status, attempts, retries,
        retry_in_seen, next_at, created_at, request, body)
      select d.id, d.application_id, d.lane, d.endpoint_id, d.message_id, d.run_id, d.step_id, d.event_type, 'waiting', 0, 0,
        0, now, d.created_at, d.request, d.body
      from d
  ), queued as (
    insert into task (lane, due, delivery, manual) select d.lane, now, d.id, 0 from d
  )
  select array_agg(distinct d.lane) into woken from d;

  if woken is null then
    return null;
  end if;
  if locked < cardinality(lanes) then
    select x.lane into missing from unnest(woken) x(lane) where not exists (select 1 from lane l where l.lane = any(array[x.lane])) limit 1;
    if found then
      raise exception 'there is no lane %', missing using errcode = 'foreign_key_violation';
    end if;
  end if;

  with w as (
    select l.lane, takes and l.state = 0 and l.circuit_until <= now and l.blocked_until <= now and l.throttled_until <= now as free
    from lane l
    where l.lane = any(woken) and l.owner is null and l.next_due > now
      and (takes and l.state = 0 and l.circuit_until <= now and l.blocked_until <= now and l.throttled_until <= now or l.next_due > greatest(now, l.circuit_until, l.blocked_until, l.throttled_until))
    order by l.lane for no key update of l
  ), u as (
    update lane l set
      owner = case when w.free then ses end,
      epoch = case when w.free then l.epoch + 1 else l.epoch end,
      next_due = case when w.free then 9007199254740991 else greatest(now, l.circuit_until, l.blocked_until, l.throttled_until) end
    from w where l.lane = any(array[w.lane])
    returning l.*
  )
  select json_agg(json_build_array(u.lane, u.application_id, u.epoch, u.failures, u.circuit_until, u.blocked_until, u.takeovers))
    into taken from u where u.owner = ses;

  select array_agg(l.lane) filter (where l.owner = ses), json_agg(json_build_array(l.owner, l.lane)) filter (where l.owner <> ses or l.owner is null and not takes)
    into owned, others from lane l where l.lane = any(woken) and l.state = 0;
  return json_build_object('taken', taken, 'owned', owned, 'others', others);
end $$`
