import type { Database } from '../../src/db/connect.ts'

/** Schema `billhook` as SQL that a person compares: every table with its columns, constraints and indexes, every sequence. */
export async function describeSchema(db: Database): Promise<string> {
  const tables = await read(
    db,
    `select c.relname as name, c.relpersistence = 'u' as is_unlogged,
       case when c.relkind = 'p' then ' partition by ' || pg_get_partkeydef(c.oid) else '' end as partitioned
     from pg_class c where c.relnamespace = 'billhook'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     order by 1`,
  )
  const blocks = await Promise.all(tables.map((table) => describeTable(db, table)))
  const sequences = await read(
    db,
    `select c.relname as name from pg_class c
     where c.relnamespace = 'billhook'::regnamespace and c.relkind = 'S'
       and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i')) order by 1`,
  )
  return [
    '-- What the migrations add up to. Written by the test beside it (vitest run -u); never edited, never run.',
    ...blocks,
    ...sequences.map(({ name }) => `create sequence billhook.${name};`),
    '',
  ].join('\n\n')
}

async function describeTable(db: Database, table: Record<string, unknown>): Promise<string> {
  const columns = await read(
    db,
    `select a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || case when a.attidentity = 'a' then ' generated always as identity' else '' end
       || case when a.attnotnull then ' not null' else '' end
       || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
     from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attrelid = ('billhook.' || quote_ident($1))::regclass and a.attnum > 0 and not a.attisdropped
     order by a.attnum`,
    [table.name],
  )
  // Since PostgreSQL 18 a not-null is a constraint with a name; the columns say it already.
  const constraints = await read(
    db,
    `select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) as line from pg_constraint
     where conrelid = ('billhook.' || quote_ident($1))::regclass and contype <> 'n' order by conname`,
    [table.name],
  )
  const indexes = await read(
    db,
    `select pg_get_indexdef(i.indexrelid) || ';' as line from pg_index i join pg_class c on c.oid = i.indexrelid
     where i.indrelid = ('billhook.' || quote_ident($1))::regclass
       and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by c.relname`,
    [table.name],
  )
  const lines = [...columns, ...constraints].map(({ line }) => `  ${String(line)}`).join(',\n')
  const kind = table.is_unlogged === true ? 'unlogged table' : 'table'
  return [
    `create ${kind} billhook.${String(table.name)} (\n${lines}\n)${String(table.partitioned)};`,
    ...indexes.map(({ line }) => line),
  ].join('\n')
}

async function read(db: Database, query: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await db.pool.query<Record<string, unknown>>(query, values)).rows
}
