// The room APIServer.
