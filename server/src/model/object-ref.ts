/** The identity of a Kubernetes object, as Events, owner references and incidents name it. */
export interface ObjectRef {
  readonly kind: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
  /** Empty where the reporter did not say. */
  readonly uid: string;
}

/** A cluster: `uid` is that of its kube-system namespace (else its configured name); `name` is for display only. */
export interface ClusterRef {
  readonly uid: string;
  readonly name: string;
}
