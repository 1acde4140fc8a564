// The room ModelServer.
