/** Kubernetes quantities (`64Gi`, `500m`, `1e3`): read to plain numbers, and printed as a person would write them. */
import { quantityOf } from '../kit/quantity.ts';

const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/** Bytes, cores or pieces; undefined for what is no quantity. Manifests write small ones as numbers. */
export function parseQuantity(value: unknown): number | undefined {
  return quantityOf(typeof value === 'string' ? value.trim() : value) ?? undefined;
}

/** `3.8Gi`, `24Mi`, `900`: the largest binary unit that leaves at least one, with one decimal at the most. */
export function printBytes(bytes: number): string {
  let amount = Math.abs(bytes);
  let unit = '';
  for (const larger of BINARY) {
    if (amount < 1024) break;
    amount /= 1024;
    unit = larger;
  }
  return `${bytes < 0 ? '-' : ''}${rounded(amount, 1)}${unit}`;
}

/** `250m` below a core, else `1.5`. */
export function printCores(cores: number): string {
  return Math.abs(cores) < 1 && cores !== 0 ? `${rounded(cores * 1000, 0)}m` : rounded(cores, 2);
}

/** In the unit that the resource is counted in: `cpu` in cores, memory and storage in bytes, the rest in pieces. */
export function printQuantity(value: number, resource: string): string {
  const counted = resource.replace(/^(requests|limits)\./, '');
  if (counted === 'cpu') return printCores(value);
  return isBytes(counted) ? printBytes(value) : rounded(value, 2);
}

function isBytes(resource: string): boolean {
  return (
    resource === 'memory' ||
    resource === 'storage' ||
    resource === 'ephemeral-storage' ||
    resource.startsWith('hugepages-') ||
    resource.endsWith('/requests.storage')
  );
}

function rounded(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)));
}
