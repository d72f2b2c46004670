import { describe, expect, it } from 'vitest';
import { crashedPod, recoveredPod, unreadyPod } from '../../testing/crashed-pod.ts';
import { words } from '../../testing/make-case.ts';
import { exception } from './exception.ts';

type Row = readonly [name: string, lines: readonly string[], says: readonly string[], cite: string];

const ROWS: readonly Row[] = [
  [
    'Python',
    [
      'Traceback (most recent call last):',
      '  File "/app/main.py", line 12, in <module>',
      '    run()',
      '  File "/app/orders.py", line 40, in run',
      '    return totals[0]',
      'IndexError: list index out of range',
    ],
    ['IndexError: list index out of range', '/app/orders.py:40 (run)'],
    'IndexError: list index out of range',
  ],
  [
    'Node',
    [
      '/app/src/cart.js:14',
      '  return cart.items.length;',
      '              ^',
      '',
      "TypeError: Cannot read properties of undefined (reading 'items')",
      '    at total (/app/src/cart.js:14:15)',
      '    at Object.<anonymous> (/app/src/main.js:3:1)',
      '',
      'Node.js v20.11.0',
    ],
    ['TypeError', '/app/src/cart.js:14 (total)'],
    'Cannot read properties of undefined',
  ],
  [
    'Java',
    [
      'Exception in thread "main" java.lang.IllegalStateException: boot failed',
      '\tat com.shop.Main.main(Main.java:9)',
      'Caused by: java.lang.ArithmeticException: / by zero',
      '\tat java.base/java.math.BigDecimal.divide(BigDecimal.java:1)',
      '\tat com.shop.Price.net(Price.java:77)',
      '\t... 1 more',
    ],
    ['ArithmeticException', 'Price.java:77'],
    'Caused by: java.lang.ArithmeticException: / by zero',
  ],
  [
    'Go',
    [
      'panic: runtime error: index out of range [3] with length 2',
      '',
      'goroutine 1 [running]:',
      'main.main()',
      '\t/app/main.go:12 +0x1d',
      'exit status 2',
    ],
    ['panic', '/app/main.go:12'],
    'panic: runtime error: index out of range',
  ],
  [
    'a Go deadlock',
    ['fatal error: all goroutines are asleep - deadlock!', '', 'goroutine 1 [chan receive]:'],
    ['deadlock'],
    'all goroutines are asleep',
  ],
  [
    'Rust',
    [
      "thread 'main' panicked at src/main.rs:10:5:",
      'index out of bounds: the len is 2 but the index is 3',
      'note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace',
    ],
    ['panicked at src/main.rs:10:5'],
    'panicked at',
  ],
  [
    'Ruby',
    [
      "/app/lib/cart.rb:3:in `total': undefined method `sum' for nil:NilClass (NoMethodError)",
      "\tfrom /app/main.rb:9:in `<main>'",
    ],
    ['NoMethodError'],
    'NoMethodError',
  ],
  [
    'PHP',
    [
      'PHP Fatal error:  Uncaught TypeError: total(): Argument #1 must be of type array, null given in /var/www/cart.php:12',
      'Stack trace:',
      '#0 /var/www/index.php(3): total(NULL)',
      '#1 {main}',
      '  thrown in /var/www/cart.php on line 12',
    ],
    ['TypeError'],
    'Uncaught TypeError',
  ],
  [
    '.NET',
    [
      'Unhandled exception. System.InvalidOperationException: Sequence contains no elements',
      '   at System.Linq.ThrowHelper.ThrowNoElementsException()',
      '   at Shop.Cart.First(List`1 items) in /src/Cart.cs:line 31',
    ],
    ['System.InvalidOperationException', '/src/Cart.cs:31'],
    'Sequence contains no elements',
  ],
  [
    'Elixir',
    [
      '** (MatchError) no match of right hand side value: nil',
      '    (shop 0.1.0) lib/shop/cart.ex:12: Shop.Cart.total/1',
    ],
    ['MatchError', 'lib/shop/cart.ex:12'],
    '** (MatchError)',
  ],
  [
    'C++',
    ["terminate called after throwing an instance of 'std::out_of_range'", '  what():  vector::_M_range_check'],
    ['std::out_of_range'],
    'terminate called',
  ],
  ['C', ['Segmentation fault (core dumped)'], ['Segmentation fault'], 'Segmentation fault'],
  [
    'Perl',
    ['Can\'t locate object method "total" via package "Cart" at /app/cart.pl line 12.'],
    ['/app/cart.pl line 12'],
    'cart.pl line 12',
  ],
  [
    'the JVM itself',
    [
      '#',
      '# A fatal error has been detected by the Java Runtime Environment:',
      '#',
      '#  SIGSEGV (0xb) at pc=0x00007f, pid=1, tid=7',
    ],
    ['(Java)'],
    'A fatal error has been detected',
  ],
  [
    'a Python image without a module',
    [
      'Traceback (most recent call last):',
      '  File "/app/main.py", line 1, in <module>',
      '    import flask',
      "ModuleNotFoundError: No module named 'flask'",
    ],
    ['image lacks flask'],
    'No module named',
  ],
  [
    'structlog',
    [
      '{"level":"error","event":"boot failed","exception":"Traceback (most recent call last):\\n  File \\"/app/orders.py\\", line 40, in run\\nZeroDivisionError: division by zero"}',
    ],
    ['ZeroDivisionError'],
    'ZeroDivisionError',
  ],
];

describe('exception', () => {
  it.each(ROWS)('finds what nobody caught in the words of %s', (_name, lines, says, cite) => {
    const found = exception.analyze(crashedPod(lines));
    expect(found.map(({ cause }) => cause)).toEqual(['unhandled-exception']);
    for (const phrase of says) expect(found[0]?.explanation).toContain(phrase);
    expect(words(found[0]).join('\n')).toContain(cite);
    expect(found[0]?.confidence).toBeLessThan(0.9);
  });

  it.each([
    [139, 'SIGSEGV'],
    [134, 'SIGABRT'],
    [132, 'SIGILL'],
  ])('reads exit code %i where nothing was logged', (exitCode, says) => {
    expect(exception.analyze(crashedPod([], { exitCode }))[0]?.explanation).toContain(says);
  });

  it('gives way to what the exception is about', () => {
    expect(
      exception.analyze(crashedPod(['Error: connect ECONNREFUSED 10.1.2.3:5432', '    at main (/app/main.js:1:1)'])),
    ).toEqual([]);
  });

  it.each([
    ['memory that ran out', ['java.lang.OutOfMemoryError: Java heap space']],
    ['an exception that was only a warning', ['WARN retried after java.lang.IllegalStateException: busy']],
    ['a line of another kind', ['1:C 04 May 2026 # Redis is starting', 'Killed']],
  ])('stays silent for %s', (_name, lines) => {
    expect(exception.analyze(unreadyPod(lines))).toEqual([]);
    expect(exception.analyze(crashedPod(lines)).filter(({ confidence }) => confidence > 0.8)).toEqual([]);
  });

  it('stays silent for a container that was killed from outside', () => {
    expect(exception.analyze(crashedPod(['TypeError: x is not a function'], { exitCode: 137 }))).toEqual([]);
  });

  it('stays silent for a container that has been running and ready since', () => {
    expect(exception.analyze(recoveredPod(['panic: boom']))).toEqual([]);
  });
});
