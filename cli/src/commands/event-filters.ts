/** The flags that choose events. */
import type { Command } from 'commander';
import { listed, listedOf, repeated, SEVERITIES, withNamespaces } from './flags.ts';

export function withEventFilters(command: Command): Command {
  return withNamespaces(command, 'of these namespaces (comma-separated or repeated; !name leaves one out)')
    .option('--for <kind/name>', 'about this object: pod/web-1, deploy/web')
    .option('--type <types>', 'of these types: Warning, Normal', listed)
    .option('--reason <reasons>', 'with these reasons', listed)
    .option('--severity <severities>', SEVERITIES.join(', '), listedOf(SEVERITIES))
    .option('--cluster <uids>', 'of these clusters, by uid or name', listed)
    .option('-l, --label <key=value>', 'with this label (repeated: with all of them)', repeated)
    .option('-q, --query <text>', 'words that must occur, and field:value terms')
    .option('--since <time>', 'that happened after: 30m, 2d12h, or 2026-01-31T14:00:00Z')
    .option('--until <time>', 'that happened before');
}
