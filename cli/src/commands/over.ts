/** Work over what the flags name: opened before, closed after. */
import { connect, type TattleConnection } from '../connection.ts';
import type { LoadEngine } from '../engine.ts';
import type { Surroundings } from '../surroundings.ts';
import { type TargetFlags, targetOf } from './flags.ts';

/** Rejects with `CommandFailure` where nothing can be read from, and with what `work` rejects. */
export async function over(
  flags: TargetFlags,
  surroundings: Surroundings,
  loadEngine: LoadEngine,
  work: (connection: TattleConnection) => Promise<void>,
): Promise<void> {
  const connection = await connect(targetOf(flags), surroundings, loadEngine);
  try {
    await work(connection);
  } finally {
    await connection.close();
  }
}
