"""The command line: one module a group of commands; asks the daemon, prints, holds no logic."""

from earmark_daemon.cli.app import main

__all__ = ["main"]
