/** Signs that code which reads settings stumbled over the value of one. */
import { thrownIn } from '../thrown.ts';
import { settingsFrame } from './settings-frame.ts';
import { firstNamed, says, type Sign } from './sign.ts';
import { VARIABLE, variableIn } from './variable.ts';

/** What parsers of single values throw; raised from code that reads settings, a setting is malformed. */
const VALUE_ERRORS =
  /(?:ValueError|KeyError|TypeError|NumberFormatException|FormatException|ParseException|DateTimeParseException|IllegalArgumentException|ArgumentException|ArgumentNullException|InvalidOperationException|SyntaxError|JSONDecodeError|ValidationError|ZodError|NullPointerException|NullReferenceException|NoMethodError|AttributeError|KeyNotFoundException|ArgumentError|RangeError|AssertionError|Error|panic)$/;
export const SETTINGS_TRACE: Sign = {
  cause: 'missing-configuration',
  kind: 'settings-code',
  find(line, around) {
    const thrown = thrownIn(line.text);
    if (thrown === null || !VALUE_ERRORS.test(thrown.type) || settingsFrame(around) === null) return null;
    return { subject: firstNamed(line.text, [VARIABLE]) };
  },
};

/** Go has no exceptions: `strconv.Atoi: parsing "1h"` behind words that speak of settings. */
export const PARSED_SETTING: Sign = {
  cause: 'missing-configuration',
  kind: 'settings-code',
  find(line) {
    const parses = says(line, [
      'strconv.',
      'invalid literal for int()',
      'could not convert string to float',
      'numberformatexception',
      'invalid digit found in string',
      'parseinterror',
      'parse "',
      'invalid syntax',
      'time: invalid',
      'invalid character',
    ]);
    return parses && says(line, ['config', 'setting', 'env', 'flag', 'option', 'parameter', 'property'])
      ? { subject: variableIn(line.text) }
      : null;
  },
};
