/**
 * A full disk that needs no root: every row that PostgreSQL would have to find room for is refused as by one that is full, while
 * what is there can be read and changed in place, as it mostly can then.
 */
import pg from 'pg';

export interface FullDisk {
  fill(): Promise<void>;
  /** As when somebody makes room. */
  free(): Promise<void>;
}

const REFUSE = `CREATE OR REPLACE FUNCTION tattle.no_space() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN RAISE EXCEPTION 'could not extend file "base/5/%": No space left on device', TG_RELID USING ERRCODE = '53100'; END $$`;

/** Of each table and partition: COPY into a partition asks no trigger of its parent. */
const EACH_TABLE = (work: string) => `DO $$ DECLARE t regclass; BEGIN
  FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'tattle'::regnamespace AND relkind IN ('r', 'p') LOOP
    EXECUTE format('${work}', t);
  END LOOP; END $$`;

/** Over a store that has been opened on `url`. */
export function fullDisk(url: string): FullDisk {
  const run = async (...statements: readonly string[]) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  return {
    fill: () =>
      run(
        REFUSE,
        EACH_TABLE(
          'CREATE OR REPLACE TRIGGER a_full_disk BEFORE INSERT ON %s FOR EACH STATEMENT EXECUTE FUNCTION tattle.no_space()',
        ),
      ),
    free: () => run(EACH_TABLE('DROP TRIGGER IF EXISTS a_full_disk ON %s')),
  };
}
