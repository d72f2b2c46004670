/** Settings of the embedded server: durable, small, quiet. */
export const SERVER_SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: '128MB',
  // A dozen for the pool, the writer, the listener, and a person with psql.
  max_connections: '30',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '512MB',
  fsync: 'on',
  full_page_writes: 'on',
  // The packaged server knows pglz only: at full rate it cost some 3 of 38 µs of CPU an event to save log that is reused anyway.
  wal_compression: 'off',
  // Random uuids touch every page of the identity index: fewer checkpoints mean fewer full pages in the log.
  // A thirty-second of the shared buffers by default: at full rate a commit would write the log itself before it is done.
  wal_buffers: '16MB',
  max_wal_size: '2GB',
  min_wal_size: '128MB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  max_parallel_workers_per_gather: '1',
  autovacuum_max_workers: '2',
  // The log is for what a person must see: refused rows are counted elsewhere, and must not fill the disk.
  log_min_messages: 'fatal',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
