"""The tray icon and its windows; they talk to the daemon through `earmark_daemon.api` alone."""
