/** The data directory, or what should run on it, is not as it must be; the message tells how to mend it. */
export class DataDirError extends Error {
  override readonly name: string = 'DataDirError';
}

/** Another Tattle works on this data directory. */
export class StoreLocked extends DataDirError {
  override readonly name = 'StoreLocked';
  readonly pid: number;

  constructor(message: string, pid: number) {
    super(message);
    this.pid = pid;
  }
}
