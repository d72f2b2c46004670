/** An object's spec, and the names of what a pod's spec refers to. Names only: Secrets are never read. */
import { type Captured, capturedValue } from '../captured.ts';
import { type Fields, fields, objects, type Snapshot, text } from '../snapshot.ts';
import { claimName } from '../target-pods.ts';

interface References {
  readonly persistentVolumeClaims: readonly string[];
  readonly configMaps: readonly string[];
  readonly secrets: readonly string[];
  readonly serviceAccount: string;
}

export function captureSpec(object: Snapshot): Captured {
  const isPod = object.ref.kind === 'Pod';
  return capturedValue('spec', object.ref, {
    spec: object.spec,
    ...(isPod && { references: referencesOf(object.spec) }),
  });
}

function referencesOf(spec: Fields): References {
  const claims = new Set<string>();
  const configMaps = new Set<string>();
  const secrets = new Set<string>();
  for (const volume of objects(spec.volumes)) {
    claims.add(text(claimName(volume)));
    configMaps.add(text(fields(volume.configMap).name));
    secrets.add(text(fields(volume.secret).secretName));
    for (const source of objects(fields(volume.projected).sources)) {
      configMaps.add(text(fields(source.configMap).name));
      secrets.add(text(fields(source.secret).name));
    }
  }
  for (const pullSecret of objects(spec.imagePullSecrets)) secrets.add(text(pullSecret.name));
  for (const container of [...objects(spec.initContainers), ...objects(spec.containers)]) {
    for (const { valueFrom } of objects(container.env)) {
      configMaps.add(text(fields(fields(valueFrom).configMapKeyRef).name));
      secrets.add(text(fields(fields(valueFrom).secretKeyRef).name));
    }
    for (const source of objects(container.envFrom)) {
      configMaps.add(text(fields(source.configMapRef).name));
      secrets.add(text(fields(source.secretRef).name));
    }
  }
  return {
    persistentVolumeClaims: named(claims),
    configMaps: named(configMaps),
    secrets: named(secrets),
    serviceAccount: text(spec.serviceAccountName),
  };
}

function named(names: ReadonlySet<string>): readonly string[] {
  return [...names].filter((name) => name !== '').sort();
}
