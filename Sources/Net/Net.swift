// The room Net.
