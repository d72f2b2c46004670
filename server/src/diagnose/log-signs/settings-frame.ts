/** Whether a trace leads into code that reads settings, by the names of its files, types and functions. */
import { type Frame, framesAround, topFrame } from '../stack-trace.ts';
import type { Around } from './sign.ts';

const SETTINGS_CODE =
  /(?:^|[/\\._-])(?:settings?|config(?:s|uration)?|conf|env|environment|environ|options|flags|appsettings)(?:$|[/\\._-])/i;
/** `AppConfig`, `MailOptions`: the last word of a name of a type. */
const SETTINGS_TYPE = /[a-z.](?:Settings|Config|Configuration|Options|Env|Environment)(?:[.$]|\b)/;
const SETTINGS_FUNCTION =
  /(?:load|read|parse|get|init|validate|from|must)_?(?:app_?)?(?:settings?|config(?:uration)?|env(?:ironment)?|options|flags)\b/i;

export function settingsFrame({ lines, index }: Around): Frame | null {
  const frames = framesAround(lines, index).filter(({ own }) => own);
  const top = topFrame(frames);
  const isSettings = (frame: Frame) => {
    const file = frame.file.slice(frame.file.lastIndexOf('/') + 1);
    const folder = frame.file.split('/').at(-2) ?? '';
    return (
      SETTINGS_CODE.test(file) ||
      /^(?:settings|config|configuration|env)$/i.test(folder) ||
      SETTINGS_FUNCTION.test(frame.within) ||
      SETTINGS_TYPE.test(`${file} ${frame.within}`)
    );
  };
  return top !== null && isSettings(top) ? top : null;
}
