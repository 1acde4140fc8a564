// The room CLI.
