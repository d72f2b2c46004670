/** Prints events in the form that was asked for, page by page, so that a million needs no more memory than a thousand. */
import type { WireEvent } from '@tattle/contract';
import { eventHeader, eventRow, type Columns } from './event-table.ts';
import { safeJson } from './printable.ts';
import type { Surroundings } from './surroundings.ts';
import { Table } from './table.ts';
import { yamlText } from './yaml-text.ts';

export const OUTPUTS = ['table', 'wide', 'json', 'jsonl', 'yaml', 'name'] as const;
export type OutputForm = (typeof OUTPUTS)[number];

export interface EventPrinter {
  print(events: readonly WireEvent[]): Promise<void>;
  /** What ends the form, also where there was nothing. */
  end(): Promise<void>;
}

export interface PrinterOptions {
  readonly form: OutputForm;
  readonly namespaceColumn: boolean;
  readonly header: boolean;
}

type Printing = Pick<Surroundings, 'stdout' | 'now'>;

export function eventPrinter(options: PrinterOptions, { stdout, now }: Printing): EventPrinter {
  switch (options.form) {
    case 'table':
    case 'wide':
      return tablePrinter(options, { stdout, now });
    case 'json': {
      let first = true;
      return {
        async print(events) {
          for (const event of events) {
            await stdout.write(`${first ? '[\n' : ',\n'}${safeJson(event)}`);
            first = false;
          }
        },
        end: () => stdout.write(first ? '[]\n' : '\n]\n'),
      };
    }
    case 'jsonl':
      return linePrinter(stdout, (event) => `${safeJson(event)}\n`);
    case 'name':
      return linePrinter(stdout, ({ uid }) => `event/${safeJson(uid).slice(1, -1)}\n`);
    case 'yaml': {
      let empty = true;
      return {
        async print(events) {
          if (events.length > 0) empty = false;
          for (const event of events) await stdout.write(yamlText([event]));
        },
        end: async () => (empty ? stdout.write('[]\n') : undefined),
      };
    }
  }
}

function tablePrinter({ form, namespaceColumn, header }: PrinterOptions, { stdout, now }: Printing): EventPrinter {
  const columns: Columns = { namespace: namespaceColumn, wide: form === 'wide' };
  const table = new Table(eventHeader(columns));
  let headerDue = header;
  return {
    async print(events) {
      const rows = events.map((event) => eventRow(event, columns, now()));
      if (rows.length === 0) return;
      await stdout.write(table.render(rows, headerDue));
      headerDue = false;
    },
    end: async () => {},
  };
}

function linePrinter(stdout: Surroundings['stdout'], line: (event: WireEvent) => string): EventPrinter {
  return {
    print: (events) => stdout.write(events.map(line).join('')),
    end: async () => {},
  };
}
