/** A peer whose beat stood still is dead. FOR UPDATE waits for what it has under way; after this commit it settles and commits nothing. */
export const reap = `
create function posthorn.reap(dead text, seen bigint) returns boolean language plpgsql as $$
begin
  perform 1 from session where id = dead and alive = 1 and beat = seen for update;
  if not found then
    return false;
  end if;
  update session set alive = 0 where id = dead;
  return true;
end $$`

/**
 * Frees lanes of a dead session, and forgets the session with its last lane. A lane that is being enqueued to cannot be locked
 * FOR UPDATE, and a busy one might never be; so it is declared due now instead of computing when it is, which needs no such lock.
 * In no order: what skips locks cannot deadlock, and sorting many lanes for each chunk was quadratic.
 */
export const freeLanes = `
create function posthorn.free_lanes(dead text, most int) returns int language plpgsql as $$
declare
  now bigint := posthorn.now_ms();
  chunk text[];
  freed int;
  more int;
begin
  if exists (select 1 from session where id = dead and alive = 1) then
    return 0;
  end if;
  select array_agg(q.lane) into chunk
    from (select l.lane from lane l where l.owner = dead limit most for update of l skip locked) q;
  update lane l set owner = null, epoch = l.epoch + 1, takeovers = l.takeovers + 1,
      next_due = greatest(coalesce((select t.due from task t where t.lane = l.lane order by t.due limit 1), 9007199254740991), l.circuit_until, l.blocked_until, l.throttled_until)
    where l.lane = any(chunk);
  get diagnostics freed = row_count;
  if freed < most then
    update lane l set owner = null, epoch = l.epoch + 1, takeovers = l.takeovers + 1, next_due = greatest(now, l.circuit_until, l.blocked_until, l.throttled_until)
      from (select q.lane from lane q where q.owner = dead limit most - freed for no key update of q skip locked) x
      where l.lane = any(array[x.lane]);
    get diagnostics more = row_count;
    freed := freed + more;
  end if;
  if freed = 0 then
    -- Somebody changes the last ones right now. Waiting is safe for one lane alone, while no other is held.
    update lane l set owner = null, epoch = l.epoch + 1, takeovers = l.takeovers + 1, next_due = greatest(now, l.circuit_until, l.blocked_until, l.throttled_until)
      where l.lane = (select q.lane from lane q where q.owner = dead limit 1) and l.owner = dead;
    get diagnostics freed = row_count;
  end if;
  if freed = 0 and not exists (select 1 from lane l where l.owner = dead) then
    delete from session where id = dead and alive = 0;
  end if;
  return freed;
end $$`

/** Runs whose moment has come, for a session that takes runs. In no order of locks: what skips them cannot deadlock. */
export const wakeDueRuns = `
create function posthorn.wake_due_runs(ses text, most int) returns json language plpgsql as $$
declare
  now bigint := posthorn.now_ms();
  woken json;
begin
  perform 1 from run r where r.due_at <= now limit 1;
  if not found then
    return '[]';
  end if;
  perform 1 from session where id = ses and alive = 1 and takes_runs = 1 for key share;
  if not found then
    return '[]';
  end if;
  with c as (
    select r.id, r.due_at from run r where r.due_at <= now order by r.due_at limit most for no key update of r skip locked
  ), u as (
    update run r set status = 'queued', holder = ses, rev = r.rev + 1, due_at = null,
        parked_on = case r.parked_on when '*' then '*' end from c where r.id = any(array[c.id])
    returning r.id, r.application_id, r.rev, c.due_at as due
  )
  select coalesce(json_agg(json_build_array(u.id, u.application_id, u.rev) order by u.due, u.id), '[]') into woken from u;
  return woken;
end $$`

/** Runs whose holder is dead or nobody, for a session that takes runs. Holders are skipped through one by one, so that runs of the living cost nothing. */
export const adoptRuns = `
create function posthorn.adopt_runs(ses text, most int) returns json language plpgsql as $$
declare
  adopted json[] := '{}';
  chunk json[];
  h text := '';
begin
  perform 1 from session where id = ses and alive = 1 and takes_runs = 1 for key share;
  if not found then
    return '[]';
  end if;
  loop
    select r.holder into h from run r where r.holder > h order by r.holder limit 1;
    exit when not found;
    if not exists (select 1 from session where id = h and alive = 1) then
      with c as (
        select r.id from run r where r.holder = h order by r.id limit most - cardinality(adopted) for no key update of r skip locked
      ), u as (
        update run r set holder = ses, rev = r.rev + 1 from c where r.id = any(array[c.id])
        returning r.id, r.application_id, r.rev
      )
      select array_agg(json_build_array(u.id, u.application_id, u.rev) order by u.id) into chunk from u;
      adopted := adopted || chunk;
      exit when cardinality(adopted) >= most;
    end if;
  end loop;
  return array_to_json(adopted);
end $$`
