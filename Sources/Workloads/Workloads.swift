// The room Workloads.
