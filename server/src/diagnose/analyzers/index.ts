/** All analyzers in one list; the order says nothing, since the most specific finding wins. */
import type { Analyzer } from '../analyzer.ts';
import { access } from './access/access.ts';
import { admission } from './admission/admission.ts';
import { architecture } from './architecture/architecture.ts';
import { autoscaler } from './autoscaler/autoscaler.ts';
import { command } from './command/command.ts';
import { configuration } from './configuration/configuration.ts';
import { containerCreate } from './container-create/container-create.ts';
import { cronJob } from './cron-job/cron-job.ts';
import { deadline } from './deadline/deadline.ts';
import { dependency } from './dependency/dependency.ts';
import { endpoints } from './endpoints/endpoints.ts';
import { ephemeralStorage } from './ephemeral-storage/ephemeral-storage.ts';
import { eviction } from './eviction/eviction.ts';
import { exception } from './exception/exception.ts';
import { filesystem } from './filesystem/filesystem.ts';
import { image } from './image/image.ts';
import { job } from './job/job.ts';
import { kubeletAdmission } from './kubelet-admission/kubelet-admission.ts';
import { lifecycle } from './lifecycle/lifecycle.ts';
import { memory } from './memory/memory.ts';
import { node } from './node/node.ts';
import { port } from './port/port.ts';
import { preemption } from './preemption/preemption.ts';
import { probe } from './probe/probe.ts';
import { quota } from './quota/quota.ts';
import { reference } from './reference/reference.ts';
import { sandbox } from './sandbox/sandbox.ts';
import { scheduling } from './scheduling/scheduling.ts';
import { selfTest } from './self-test/self-test.ts';
import { unexplained } from './unexplained/unexplained.ts';
import { volumeBinding } from './volume-binding/volume-binding.ts';
import { volumeMount } from './volume-mount/volume-mount.ts';

export const ANALYZERS: readonly Analyzer[] = [
  access,
  admission,
  architecture,
  autoscaler,
  command,
  configuration,
  containerCreate,
  cronJob,
  deadline,
  dependency,
  endpoints,
  ephemeralStorage,
  eviction,
  exception,
  filesystem,
  image,
  job,
  kubeletAdmission,
  lifecycle,
  memory,
  node,
  port,
  preemption,
  probe,
  quota,
  reference,
  sandbox,
  scheduling,
  selfTest,
  unexplained,
  volumeBinding,
  volumeMount,
];
