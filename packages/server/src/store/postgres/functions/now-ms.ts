/** The store's clock in integer milliseconds. All due times come from it, so that nodes need not agree on the time. Tests replace it. */
export const nowMs = `
create function posthorn.now_ms() returns bigint language sql volatile as $$
  select (extract(epoch from clock_timestamp()) * 1000)::bigint
$$`
