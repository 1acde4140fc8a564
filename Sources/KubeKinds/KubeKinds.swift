// The room KubeKinds.
