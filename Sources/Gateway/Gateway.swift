// The room Gateway.
