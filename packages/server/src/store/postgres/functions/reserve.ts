import { limits } from '#domain'

/**
 * Counts first attempts against the hour of each application's plan, under the lock of the application's row: `domain/delivery/hourly-quota.ts`
 * in SQL. For each one that is wanted, in order, how long its lane waits from now on; 0 if it was counted. The limit is read under the
 * same lock, and a change of it takes that lock before it wakes lanes: so none stays asleep that was refused by an older limit.
 */
export const reserve = `
create function posthorn.reserve(ses text, apps text[], lanes text[]) returns json language plpgsql as $$
#variable_conflict use_variable
declare
  now bigint;
  first bigint;
  app record;
  used bigint;
  granted bigint;
  again bigint;
  refused int[];
  i int;
  waits bigint[] := array_fill(0::bigint, array[cardinality(apps)]);
begin
  perform 1 from application a where a.id = any(apps) order by a.id for no key update;
  now := posthorn.now_ms();
  first := now / 60000 - 60;
  for app in
    select a.id, p.deliveries_per_hour as most, (select count(*) from unnest(apps) x(id) where x.id = a.id) as wanted
    from application a join plan p on p.name = a.plan
    where a.id = any(apps) and p.deliveries_per_hour is not null
  loop
    select coalesce(sum(q.n), 0) into used from quota q where q.application_id = app.id and q.minute >= first;
    granted := least(app.wanted, greatest(app.most - used, 0));
    if granted > 0 then
      insert into quota as q (application_id, minute, n) values (app.id, (now + ${limits.reservedMs}) / 60000, granted)
        on conflict (application_id, minute) do update set n = q.n + excluded.n;
    end if;
    if granted < app.wanted then
      select (max(c.minute) + 61) * 60000 into again
        from (select q.minute, sum(q.n) over (order by q.minute desc) as kept from quota q where q.application_id = app.id and q.minute >= first) c
        where c.kept >= app.most;
      select array_agg(x.i order by x.i) into refused
        from (select y.i, row_number() over (order by y.i) as nth from unnest(apps) with ordinality y(id, i) where y.id = app.id) x
        where x.nth > granted;
      update lane l set throttled_until = again
        from (select k.lane from lane k where k.owner is not distinct from ses and k.lane = any(array(select lanes[r.i] from unnest(refused) r(i)))
              order by k.lane for no key update of k) x
        where l.lane = any(array[x.lane]);
      foreach i in array refused loop
        waits[i] := again - now;
      end loop;
    end if;
  end loop;
  return to_json(waits);
end $$`

/** The limits of these applications are new: lanes that wait for the hour ask again at once. Those that are unowned are declared due. */
export const unthrottle = `
create function posthorn.unthrottle(apps text[]) returns void language plpgsql as $$
declare
  now bigint := posthorn.now_ms();
  asleep text[];
begin
  select array_agg(k.lane) into asleep from lane k where k.application_id = any(apps) and k.throttled_until > 0;
  update lane l set throttled_until = 0,
      next_due = case when l.owner is null and l.next_due < 9007199254740991 then least(l.next_due, greatest(now, l.circuit_until, l.blocked_until))
        else l.next_due end
    from (select k.lane from lane k where k.lane = any(asleep) order by k.lane for no key update) x
    where l.lane = any(array[x.lane]);
end $$`
