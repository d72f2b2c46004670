/** A channel that was added at run time, as it is kept: readable by whoever reads the store, but for its secrets. */

export interface StoredChannel {
  readonly name: string;
  readonly type: string;
  /** JSON: what is no secret, and the names of the secrets that there are. Byte for byte, since the seal covers it. */
  readonly settings: string;
  /** The secrets, sealed with a key that the store does not hold. Different each time something is sealed. */
  readonly sealed: string;
}

/** Of the audit entry about a change. `detail` holds no secret. */
export interface ChannelAct {
  readonly by: string;
  readonly at: number;
  readonly detail: Readonly<Record<string, unknown>>;
}
