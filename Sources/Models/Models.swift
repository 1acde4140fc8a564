// The room Models.
