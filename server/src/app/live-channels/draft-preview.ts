/** What a channel would send before it is added or changed: nothing is sent, and nothing kept. */
import type { ChannelWish, DraftOutcome, DraftNotice } from '../../api/runtime-channels.ts';
import type { ChannelContext } from '../../notify/channels/channel-type.ts';
import { CHANNEL_TYPES } from '../../notify/channels/index.ts';
import { sampleNotice } from '../../notify/sample-notice.ts';
import { type Before, settle } from './channel-settings.ts';

/** `before` is the channel that is to be changed; null for a new one. `context` is that of what people enter. */
export function previewDraft(
  { name, type, settings }: ChannelWish,
  notice: DraftNotice,
  {
    before,
    context,
  }: { readonly before: Before | null; readonly context: ChannelContext & { readonly trusted: false } },
): DraftOutcome {
  const kind = CHANNEL_TYPES.find((known) => known.type === type);
  if (kind === undefined) return { kind: 'invalid', problems: [unknownType()] };
  const settled = settle(kind, name, settings, before);
  if (!settled.ok) return { kind: 'invalid', problems: settled.problems };
  const channel = kind.create({ ...settled.plain, ...settled.secret, type, name }, context);
  return { kind: 'preview', preview: channel.preview(sampleNotice('msg_sample', notice, context.clock.now())) };
}

export function unknownType(): { readonly path: string; readonly message: string } {
  return { path: 'type', message: `must be one of ${CHANNEL_TYPES.map((known) => known.type).join(', ')}` };
}
