// The room KServeModel.
