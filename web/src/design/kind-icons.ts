/** An icon for each kind of object that people meet often; a box for the rest. */
import type { Component } from 'svelte';
import Box from '@lucide/svelte/icons/box';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import Container from '@lucide/svelte/icons/container';
import Database from '@lucide/svelte/icons/database';
import Folder from '@lucide/svelte/icons/folder';
import Gauge from '@lucide/svelte/icons/gauge';
import HardDrive from '@lucide/svelte/icons/hard-drive';
import Layers from '@lucide/svelte/icons/layers';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Network from '@lucide/svelte/icons/network';
import Server from '@lucide/svelte/icons/server';
import Settings2 from '@lucide/svelte/icons/settings-2';

const ICONS: Readonly<Record<string, Component>> = {
  Pod: Container,
  Deployment: Layers,
  ReplicaSet: Layers,
  StatefulSet: Database,
  DaemonSet: Layers,
  Job: ListChecks,
  CronJob: CalendarClock,
  Node: Server,
  Namespace: Folder,
  Service: Network,
  Ingress: Network,
  PersistentVolumeClaim: HardDrive,
  PersistentVolume: HardDrive,
  HorizontalPodAutoscaler: Gauge,
  ConfigMap: Settings2,
};

export function kindIcon(kind: string): Component {
  // A kind may be called `constructor`.
  return Object.hasOwn(ICONS, kind) ? (ICONS[kind] ?? Box) : Box;
}
